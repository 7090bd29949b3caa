// Where the key of an unfinished visit is kept, so that it can go on after closing. Only an id and a
// token, never a word of the patient. A finished visit is forgotten when the tab closes, an unfinished
// one after a day. The kiosk keeps nothing.
import type { Key } from "../api/visit";

export interface Place {
  find(): Key | null;
  keep(key: Key): void;
  /** The visit is over: the tab may still show it after a reload, nothing else may. */
  close(key: Key): void;
  forget(): void;
}

const NAME = "jiwen.visit";
const DAY_MS = 24 * 60 * 60 * 1000;

interface Kept extends Key {
  until: number;
}

function readFrom(storage: Storage): Key | null {
  const kept = JSON.parse(storage.getItem(NAME) ?? "null") as Kept | null;
  if (!kept?.id || !kept.token) return null;
  if (kept.until > Date.now()) return { id: kept.id, token: kept.token };
  storage.removeItem(NAME);
  return null;
}

/** Storage may be closed to the page (private windows); then the visit lives as long as the page. */
function quietly<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

const write = (storage: Storage, key: Key): void =>
  storage.setItem(NAME, JSON.stringify({ ...key, until: Date.now() + DAY_MS } satisfies Kept));

/** This browser. */
export const browserPlace: Place = {
  find: () => quietly(() => readFrom(sessionStorage) ?? readFrom(localStorage), null),
  keep: (key) => quietly(() => write(localStorage, key), undefined),
  close: (key) =>
    quietly(() => {
      localStorage.removeItem(NAME);
      write(sessionStorage, key);
    }, undefined),
  forget: () =>
    quietly(() => {
      localStorage.removeItem(NAME);
      sessionStorage.removeItem(NAME);
    }, undefined),
};

/** Nowhere. */
export const nowhere: Place = { find: () => null, keep: () => undefined, close: () => undefined, forget: () => undefined };
