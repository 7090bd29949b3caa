// Size of text and script: how this person likes to read. Kept on the device; says nothing of the visit.
import { useEffect, useState } from "preact/hooks";
import { useScript, type Script } from "./script";

export type Size = "normal" | "large" | "largest";

export interface Settings {
  size: Size;
  script: Script;
}

const PLACE = "jiwen.reading";
const SIZES: readonly Size[] = ["normal", "large", "largest"];

let current: Settings = { size: "normal", script: "hans" };
const listeners = new Set<() => void>();

/** `kept` false: nothing is read from or written to the device (kiosk). */
let kept = true;

export function read(): Settings {
  return current;
}

/** Before the first drawing. */
export async function begin(options: { kept: boolean; size: Size }): Promise<void> {
  kept = options.kept;
  current = { size: options.size, script: "hans" };
  if (kept) {
    try {
      const past = JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Settings>;
      if (past.size && SIZES.includes(past.size)) current.size = past.size;
      if (past.script === "hant") current.script = "hant";
    } catch {
      // Storage may be closed to us; the page works without.
    }
  }
  await apply();
}

export async function change(part: Partial<Settings>): Promise<void> {
  current = { ...current, ...part };
  if (kept) {
    try {
      localStorage.setItem(PLACE, JSON.stringify(current));
    } catch {
      // As above.
    }
  }
  await apply();
  for (const tell of listeners) tell();
}

async function apply(): Promise<void> {
  document.documentElement.dataset["size"] = current.size;
  // Without the words the page stays simplified rather than fail.
  await useScript(current.script).catch(() => {
    current = { ...current, script: "hans" };
  });
}

/** The settings, and a drawing anew whenever they change. */
export function useSettings(): Settings {
  const [settings, set] = useState(current);
  useEffect(() => {
    const tell = (): void => set({ ...current });
    listeners.add(tell);
    return () => void listeners.delete(tell);
  }, []);
  return settings;
}
