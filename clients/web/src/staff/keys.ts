// Keys that act on a whole screen. They rest while somebody types, and can be switched off.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Store } from "../visit/store";

/** Only in memory: nothing is kept in the browser. */
export const keys = new Store({ on: true });

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** `act` says whether it took the key. */
export function useKeys(act: (key: string, event: KeyboardEvent) => boolean): void {
  const latest = useRef(act);
  latest.current = act;
  // At once, not after the next frame: a key that is pressed as soon as a screen shows must count.
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (typing(event.target) || event.altKey || event.metaKey || event.isComposing) return;
      if (document.querySelector("dialog[open]")) return;
      // Letters can be switched off; arrows, Enter and Escape are always good.
      if (!keys.state.on && event.key.length === 1) return;
      if (event.ctrlKey && event.key !== "Enter") return;
      if (latest.current(event.key, event)) event.preventDefault();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
}
