// Who is signed in, and for how long. The server ends a session that is idle; this page tells it when
// a person is really there, warns a minute before, and clears the screen when it is over.
import { ApiError } from "../api/problem";
import { readMe, signIn as enter, signOut as leave, type Me } from "../api/staff";
import { Store } from "../visit/store";

export type Why = "" | "idle" | "expired" | "out";

export interface Session {
  /** Undefined until the server has said. */
  me: Me | null | undefined;
  /** Why nobody is signed in any more. */
  why: Why;
  /** Seconds until the end, in the last minute only. */
  left: number | null;
  /** The server could not be asked. */
  trouble: string;
}

/** Before the end by so much a warning shows. */
const WARN_MS = 60_000;
/** The server hears of a person at most this often. */
const TELL_MS = 30_000;

export const session = new Store<Session>({ me: undefined, why: "", left: null, trouble: "" });

let active = Date.now();
let told = Date.now();
/** Tabs share one cookie: what happens in one holds for all. Nothing is stored. */
const tabs = new BroadcastChannel("jiwen-staff");

tabs.onmessage = ({ data }: MessageEvent<string>) => {
  if (data === "active") active = told = Date.now();
  if (data === "out" && session.state.me) over("out");
  if (data === "in" && !session.state.me) void begin();
};

for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) addEventListener(kind, () => void (session.state.left === null && (active = Date.now())), { passive: true });

setInterval(() => {
  const { me, left } = session.state;
  if (!me) return;
  const now = Date.now();
  const rest = active + me.idle_seconds * 1000 - now;
  if (rest <= 0) return void signOut("idle");
  if (rest <= WARN_MS) return session.set({ left: Math.ceil(rest / 1000) });
  if (left !== null) session.set({ left: null });
  if (active > told && now - told > TELL_MS) void tell();
}, 1000);

async function tell(): Promise<void> {
  told = Date.now();
  tabs.postMessage("active");
  await guarded(readMe()).catch(() => undefined);
}

function over(why: Why): void {
  session.set({ me: null, why, left: null });
}

function arrived(me: Me): void {
  active = told = Date.now();
  session.set({ me, why: "", left: null, trouble: "" });
}

/** Asks the server whether somebody is signed in already. */
export async function begin(): Promise<void> {
  try {
    arrived(await readMe());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) session.set({ me: null, trouble: "" });
    else session.set({ trouble: (error as Error).message });
  }
}

export async function signIn(name: string, password: string, code: string): Promise<void> {
  arrived(await enter(name, password, code));
  tabs.postMessage("in");
}

export async function signOut(why: Why = "out"): Promise<void> {
  over(why);
  tabs.postMessage("out");
  await leave().catch(() => undefined);
}

/** The person says they are still there. */
export function stay(): void {
  active = Date.now();
  session.set({ left: null });
  void tell();
}

/** A call that finds the session gone shows the sign-in again. */
export async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not-signed-in" && session.state.me) over("expired");
    throw error;
  }
}
