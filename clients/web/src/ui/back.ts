// The back button of phone and browser. One entry of history stands guard; going back onto it calls
// whoever is on top, and the guard is set again. So nobody leaves a visit by a slip of the thumb.
import { useLayoutEffect, useRef } from "preact/hooks";

const stack: { back: () => void }[] = [];
let guarded = false;
let leaving = false;

function guard(): void {
  if (guarded) return;
  guarded = true;
  history.pushState({ guard: true }, "");
}

addEventListener("popstate", () => {
  guarded = false;
  const top = stack.at(-1);
  if (leaving || !top) return;
  guard();
  top.back();
});

/** While the caller is drawn, going back calls `back`. */
export function useBack(back: () => void): void {
  const latest = useRef(back);
  latest.current = back;
  useLayoutEffect(() => {
    const entry = { back: () => latest.current() };
    stack.push(entry);
    guard();
    return () => void stack.splice(stack.indexOf(entry), 1);
  }, []);
}

/** Really leaves, to the page before. */
export function leave(): void {
  leaving = true;
  if (history.length > 2) history.go(guarded ? -2 : -1);
  else location.assign("/");
  setTimeout(() => location.assign("/"), 600);
}
