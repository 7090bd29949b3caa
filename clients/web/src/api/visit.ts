// The calls of one visit. Those that an older server does not have fail with `isMissing`.
import { call, request } from "./client";
import type { NewSession, NewTurn, Opened, Reply, Session, TurnAnswer } from "./types";

/** What opens a visit again: its id and token. */
export interface Key {
  id: string;
  token: string;
}

const at = (key: Key) => ({ path: { id: key.id }, token: key.token });
const address = (key: Key, rest = ""): string => `/v1/sessions/${encodeURIComponent(key.id)}${rest}`;

export const openVisit = (body: NewSession): Promise<Opened> => call("post", "/v1/sessions", body);

export const readVisit = (key: Key): Promise<Session> => call("get", "/v1/sessions/{id}", undefined, at(key));

/** The same `idempotencyKey` sent again counts once. */
export const takeTurn = (key: Key, turn: NewTurn, idempotencyKey: string, patience?: number): Promise<TurnAnswer> =>
  call("post", "/v1/sessions/{id}/turns", turn, {
    ...at(key),
    headers: { "Idempotency-Key": idempotencyKey },
    ...(patience === undefined ? {} : { patience }),
  });

/** What the doctor will read, as plain text. */
export async function recordText(key: Key): Promise<string> {
  const response = await request("get", address(key, "/record"), undefined, { token: key.token, headers: { Accept: "text/plain" } });
  return response.text();
}

/** A person is called; what was said so far goes with it. */
export async function handOver(key: Key): Promise<Reply> {
  return (await call("post", "/v1/sessions/{id}/handover", {}, at(key))).reply;
}

export async function eraseVisit(key: Key): Promise<void> {
  await call("delete", "/v1/sessions/{id}", undefined, at(key));
}

/** Everything held about the visit, as a file for other programs. */
export async function exportVisit(key: Key): Promise<Blob> {
  const held = await call("get", "/v1/sessions/{id}/export", undefined, at(key));
  return new Blob([JSON.stringify(held, null, 1)], { type: "application/json" });
}

export async function changeConsent(key: Key, version: string, scopes: string[]): Promise<void> {
  await call("post", "/v1/sessions/{id}/consent", { version, scopes }, at(key));
}

/** A key for one answer. `crypto.randomUUID` needs HTTPS, which a hospital's own network may not have. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
