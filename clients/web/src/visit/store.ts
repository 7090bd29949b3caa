// A value with listeners, and the hook that draws anew when it changes.
import { useLayoutEffect, useState } from "preact/hooks";

export class Store<T extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(public state: T) {}

  set(part: Partial<T>): void {
    this.state = { ...this.state, ...part };
    for (const tell of this.listeners) tell();
  }

  listen(tell: () => void): () => void {
    this.listeners.add(tell);
    return () => void this.listeners.delete(tell);
  }
}

export function useStore<T extends object>(store: Store<T>): T {
  const [state, set] = useState(store.state);
  useLayoutEffect(() => {
    set(store.state);
    return store.listen(() => set(store.state));
  }, [store]);
  return state;
}
