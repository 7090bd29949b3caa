// Live changes: Server-Sent Events say which visit changed, never what. A screen then reads anew.
import { useEffect, useRef } from "preact/hooks";
import { readMe } from "../api/staff";
import { Store, useStore } from "../visit/store";
import { guarded } from "./session";

/** The browser itself tries again while the connection is only broken; after the end of a session it must not. */
const AGAIN_MS = 5_000;
/** Several changes at once are one reading. */
const GATHER_MS = 250;

const feed = new Store({ live: false, tried: false });
const listeners = new Set<(ids: ReadonlySet<string> | null) => void>();
let source: EventSource | undefined;
let users = 0;
let gathered: Set<string> | null = new Set();
let timer: ReturnType<typeof setTimeout> | undefined;

function gather(id: string | null): void {
  if (id === null) gathered = null;
  else gathered?.add(id);
  timer ??= setTimeout(() => {
    const ids = gathered;
    gathered = new Set();
    timer = undefined;
    for (const tell of listeners) tell(ids);
  }, GATHER_MS);
}

function open(): void {
  source = new EventSource("/v1/worklist/events");
  source.onopen = () => {
    // What happened while nobody listened is read now.
    if (!feed.state.live) gather(null);
    feed.set({ live: true, tried: true });
  };
  source.addEventListener("changed", (event) => gather((JSON.parse((event as MessageEvent<string>).data) as { session_id: string | null }).session_id));
  source.onerror = () => {
    feed.set({ live: false, tried: true });
    source?.close();
    // The stream ends with the session: then this call shows the sign-in.
    void guarded(readMe({ background: true })).then(later, (error: { status?: number }) => void (error.status !== 401 && later()));
  };
}

function later(): void {
  setTimeout(() => users > 0 && source?.readyState === EventSource.CLOSED && open(), AGAIN_MS);
}

/** `waiting`: not tried yet; `off`: tried and not open. */
export type Live = "on" | "waiting" | "off";

/** Calls `changed` with the visits that changed; null: any. */
export function useFeed(changed: (ids: ReadonlySet<string> | null) => void): Live {
  const latest = useRef(changed);
  latest.current = changed;
  useEffect(() => {
    const tell = (ids: ReadonlySet<string> | null): void => latest.current(ids);
    listeners.add(tell);
    if (users++ === 0) open();
    return () => {
      listeners.delete(tell);
      if (--users === 0) {
        source?.close();
        feed.set({ live: false, tried: false });
      }
    };
  }, []);
  const { live, tried } = useStore(feed);
  return live ? "on" : tried ? "off" : "waiting";
}
