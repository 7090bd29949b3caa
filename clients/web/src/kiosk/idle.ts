// Nobody there: after 60 s ask, after 90 s end and wipe.
import { useEffect, useState } from "preact/hooks";

const ASK_MS = 60_000;
const END_MS = 90_000;

export class Idle {
  private last = Date.now();
  private timer: ReturnType<typeof setInterval> | undefined;
  private asks = false;

  constructor(private readonly ask: (asks: boolean, secondsLeft: number) => void, private readonly end: () => void) {}

  start(): void {
    this.last = Date.now();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.look(), 1000);
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.asks) this.ask((this.asks = false), 0);
  }

  /** Somebody is there. */
  active = (): void => {
    this.last = Date.now();
    if (this.asks) this.ask((this.asks = false), 0);
  };

  private look(): void {
    const quiet = Date.now() - this.last;
    if (quiet >= END_MS) {
      this.stop();
      this.end();
    } else if (quiet >= ASK_MS) {
      this.ask((this.asks = true), Math.ceil((END_MS - quiet) / 1000));
    }
  }
}

/** Seconds that are left to say that one is there; null while nothing is asked. */
export function useIdle(idle: (ask: (asks: boolean, left: number) => void) => Idle, on: boolean): [number | null, Idle] {
  const [left, setLeft] = useState<number | null>(null);
  const [timer] = useState(() => idle((asks, seconds) => setLeft(asks ? seconds : null)));
  useEffect(() => {
    if (!on) return undefined;
    timer.start();
    const here = (): void => timer.active();
    for (const event of ["pointerdown", "keydown", "input"]) addEventListener(event, here, true);
    return () => {
      timer.stop();
      for (const event of ["pointerdown", "keydown", "input"]) removeEventListener(event, here, true);
    };
  }, [on]);
  return [left, timer];
}
