// One visit as a screen sees it: what was said, what is open, what is on its way. Decides nothing
// clinical. An answer is sent once: while one is on its way no other is taken, and the same answer
// sent again carries the same key, so that the server counts it once.
import { ApiError } from "../api/problem";
import type { Alert, Assessment, NewSession, NewTurn, Question, Reply, Session, TurnAnswer } from "../api/types";
import { handOver, newKey, openVisit, readVisit, takeTurn, type Key } from "../api/visit";
import { Store } from "./store";
import type { Place } from "./place";

/** A question and what was answered. */
export interface Line {
  question: Question | null;
  asked: string;
  said: string;
}

/** An answer on its way. */
export interface Pending {
  body: NewTurn;
  shown: string;
  key: string;
}

export interface VisitState {
  stage: "start" | "talk" | "done" | "gone";
  key: Key | null;
  code: string | null;
  lines: Line[];
  reply: Reply | null;
  assessment: Assessment | null;
  /** Turns that the server has taken. */
  turns: number;
  /** Questions that are behind us. */
  answered: number;
  pending: Pending | null;
  busy: boolean;
  trouble: string | null;
  /** What the server refused, to go on writing. */
  draft: string;
  alert: { alert: Alert; seen: boolean } | null;
  /** Why the visit cannot be reached any more. */
  gone: { title: string; text: string } | null;
  handedOver: boolean;
}

const EMPTY: VisitState = {
  stage: "start", key: null, code: null, lines: [], reply: null, assessment: null, turns: 0, answered: 0, pending: null,
  busy: false, trouble: null, draft: "", alert: null, gone: null, handedOver: false,
};

const LOST = "这次问诊打不开了";

/** Waits before the same answer is sent again by itself. */
const AGAIN_MS = [2_000, 5_000, 10_000, 20_000];

/** Another way for an answer than HTTP: the open voice connection. */
export type Carrier = (body: NewTurn) => Promise<TurnAnswer>;

export class Visit extends Store<VisitState> {
  /** While set, answers go this way first. */
  carrier: Carrier | null = null;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly tabs: BroadcastChannel | null;

  constructor(private readonly place: Place) {
    super(EMPTY);
    this.tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("jiwen.visit");
    this.tabs?.addEventListener("message", (event: MessageEvent<{ id: string; turns: number }>) => {
      // Another tab has gone on with the same visit: this one would answer an old question.
      const { key, turns, pending } = this.state;
      if (key && event.data.id === key.id && event.data.turns !== turns && !pending) void this.refresh();
    });
  }

  /** Opens a new visit. Throws what went wrong: the screen of consent shows it. */
  async open(body: NewSession): Promise<void> {
    if (this.state.busy) return;
    this.set({ busy: true });
    try {
      const opened = await openVisit(body);
      const key = { id: opened.session_id, token: opened.token };
      this.place.keep(key);
      this.set({ ...EMPTY, stage: "talk", key, code: opened.code ?? null, reply: opened.reply });
      this.raise(opened.reply.alert);
    } finally {
      this.set({ busy: false });
    }
  }

  /** Goes on with the visit that this browser began, if there is one. */
  async resume(): Promise<boolean> {
    const key = this.place.find();
    if (!key) return false;
    this.set({ busy: true });
    try {
      this.read(await readVisit(key), key);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.isGone) {
        this.place.forget();
        this.set({ stage: "gone", gone: { title: LOST, text: error.message } });
        return true;
      }
      throw error;
    } finally {
      this.set({ busy: false });
    }
  }

  /** Reads the visit anew: after another tab, a long sleep, or an answer of unknown fate. */
  async refresh(): Promise<void> {
    const { key } = this.state;
    if (!key) return;
    try {
      this.read(await readVisit(key), key);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Answers the open question. False when another answer is still on its way. */
  async say(body: NewTurn, shown: string): Promise<boolean> {
    const { key, pending, stage } = this.state;
    if (!key || pending || stage !== "talk") return false;
    this.tries = 0;
    this.set({ pending: { body, shown, key: newKey() }, trouble: null, draft: "" });
    await this.deliver();
    return true;
  }

  /** Sends the pending answer again, now. */
  async again(): Promise<void> {
    if (this.state.pending && !this.state.busy) await this.deliver();
  }

  /** Gives the pending answer up; whether it was taken is read from the server. */
  async giveUp(): Promise<void> {
    clearTimeout(this.timer);
    const { pending } = this.state;
    this.set({ pending: null, trouble: null, draft: pending?.body.text ?? "" });
    await this.refresh();
  }

  /** A turn that came by another way (voice). */
  take(answer: TurnAnswer, shown: string): void {
    const { reply, lines, answered } = this.state;
    const next = answer.reply;
    this.set({
      lines: [...lines, { question: reply?.question ?? null, asked: asked(reply), said: shown }],
      reply: next,
      assessment: answer.assessment,
      turns: answer.turn,
      answered: answered + (next.question?.id === reply?.question?.id ? 0 : 1),
      pending: null,
      trouble: null,
      draft: "",
      stage: next.done ? "done" : "talk",
    });
    this.raise(next.alert);
    this.tell();
    if (next.done && this.state.key) this.place.close(this.state.key);
  }

  /** A person is called. True when the desk knows; false when this server cannot tell it. */
  async callPerson(): Promise<boolean> {
    const { key, stage } = this.state;
    if (!key) return false;
    try {
      const reply = await handOver(key);
      // The open question stays as it was asked: the answer to the call does not repeat it.
      this.set({ handedOver: true, reply: reply.done && stage !== "done" ? reply : this.state.reply, trouble: null });
      this.raise(reply.alert);
      if (reply.done && stage === "talk") {
        this.set({ stage: "done" });
        this.place.close(key);
        await this.refresh();
      }
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.isMissing) return false;
      throw error;
    }
  }

  /** The patient has seen the alert. */
  acknowledge(): void {
    if (this.state.alert) this.set({ alert: { ...this.state.alert, seen: true } });
  }

  /** Shows the alert again. */
  reopenAlert(): void {
    if (this.state.alert) this.set({ alert: { ...this.state.alert, seen: false } });
  }

  /** An alert that came outside a turn. */
  raise(alert: Alert | null | undefined): void {
    if (!alert || this.state.alert?.alert.text === alert.text) return;
    this.set({ alert: { alert, seen: false } });
  }

  /** Forgets everything here. What the server holds stays there. */
  forget(): void {
    clearTimeout(this.timer);
    this.place.forget();
    this.set(EMPTY);
  }

  /** The server has erased the visit, as the patient wished. */
  erased(): void {
    this.forget();
    this.set({ stage: "gone", gone: { title: "已经删掉了", text: "您这次说的话,这里和医生那里都没有了。" } });
  }

  private async deliver(): Promise<void> {
    clearTimeout(this.timer);
    const { key, pending } = this.state;
    if (!key || !pending) return;
    this.set({ busy: true });
    try {
      const answer = await this.carry(key, pending);
      // Given up, or taken over by what another way brought.
      if (answer && this.state.pending?.key === pending.key) this.take(answer, pending.shown);
    } catch (error) {
      if (this.state.pending?.key === pending.key) this.fail(error);
    } finally {
      this.set({ busy: false });
    }
  }

  /** By voice connection when one is open; when that breaks, the server is asked whether it counted. */
  private async carry(key: Key, pending: Pending): Promise<TurnAnswer | null> {
    if (this.carrier) {
      try {
        return await this.carrier(pending.body);
      } catch {
        this.carrier = null;
        const before = this.state.turns;
        const now = await readVisit(key);
        if (now.turns.length > before) {
          this.read(now, key);
          return null;
        }
      }
    }
    return takeTurn(key, pending.body, pending.key);
  }

  private fail(error: unknown): void {
    const problem = error instanceof ApiError ? error : new ApiError("internal", 0, "页面出了点问题,请再点一次。");
    if (problem.isGone) {
      this.place.forget();
      this.set({ ...EMPTY, stage: "gone", gone: { title: LOST, text: problem.message } });
      return;
    }
    this.set({ trouble: problem.message });
    const { pending } = this.state;
    if (!pending) return;
    if (problem.mayPass || problem.code === "turn-conflict") {
      const wait = AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)];
      this.timer = setTimeout(() => void this.again(), wait);
      return;
    }
    this.set({ pending: null, draft: pending.body.text ?? "" });
    if (["visit-closed", "unknown-option", "one-option-only"].includes(problem.code)) void this.refresh();
  }

  private read(past: Session, key: Key): void {
    let reply: Reply = past.greeting;
    let answered = 0;
    let alert: Alert | null = null;
    const lines = past.turns.map((turn): Line => {
      const line = { question: reply.question ?? null, asked: asked(reply), said: turn.text ?? labels(reply.question ?? null, turn.choices ?? []) };
      if (turn.reply.question?.id !== reply.question?.id) answered++;
      reply = turn.reply;
      alert = reply.alert ?? alert;
      return line;
    });
    this.set({
      stage: past.done ? "done" : "talk",
      key, lines, answered,
      code: past.code ?? this.state.code,
      reply: past.reply,
      assessment: past.assessment ?? null,
      turns: past.turns.length,
      pending: null,
      trouble: null,
    });
    this.raise(past.reply.alert ?? alert);
    if (past.done) this.place.close(key);
  }

  private tell(): void {
    const { key, turns } = this.state;
    if (key) this.tabs?.postMessage({ id: key.id, turns });
  }
}

/** The question itself is the last paragraph of a reply; what stands before leads to it. */
export function asked(reply: Reply | null): string {
  return reply?.text.split("\n").filter(Boolean).at(-1) ?? "";
}

export function lead(reply: Reply | null): string[] {
  return reply?.text.split("\n").filter(Boolean).slice(0, -1) ?? [];
}

/** Words on the buttons that were tapped. */
export function labels(question: Question | null, ids: string[]): string {
  return ids.map((id) => question?.options.find((option) => option.id === id)?.label ?? id).join("、");
}
