// One thing said on the phone: microphone on, words to the server, off again (push mode). Nothing
// counts until the server answers with a turn; when it is unsure it asks and waits.
import type { TurnAnswer } from "../api/types";
import type { Key } from "../api/visit";
import { Store } from "../visit/store";
import { Line } from "./line";
import { Microphone, NoMicrophone } from "./microphone";
import type { Confirm, FromServer } from "./protocol";

export interface UtteranceState {
  phase: "off" | "opening" | "listening" | "thinking" | "confirming";
  /** Loudness 0..1. */
  level: number;
  partial: string;
  confirm: Confirm | null;
  trouble: string | null;
}

const OFF: UtteranceState = { phase: "off", level: 0, partial: "", confirm: null, trouble: null };

/** No voice on this server, or the way to it is cut. */
const NO_VOICE = "现在听不了语音,请打字或点选。";
const NOTHING_CAME = "没等到回音,请再说一次,或打字。";
const THINKING_MS = 15_000;

export class Utterance extends Store<UtteranceState> {
  private line: Line | null = null;
  private microphone: Microphone | null = null;
  private early: ArrayBuffer[] = [];
  private said = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private order = 0;

  constructor(private readonly taken: (answer: TurnAnswer, said: string) => void) {
    super(OFF);
  }

  /** Microphone on. */
  async start(key: Key): Promise<void> {
    if (this.state.phase !== "off" && this.state.phase !== "confirming") return;
    this.end();
    const mine = ++this.order;
    this.set({ ...OFF, phase: "opening" });
    try {
      const microphone = await Microphone.open((frame, level) => this.heard(frame, level));
      if (mine !== this.order) return microphone.close();
      this.microphone = microphone;
      this.set({ phase: "listening" });
      const line = await Line.connect(key, { mode: "push", audio: false, endSilenceMs: 1000 }, {
        message: (message) => mine === this.order && this.take(message),
        speak: () => undefined,
        closed: () => mine === this.order && this.cut(),
      });
      if (mine !== this.order) return line.close();
      this.line = line;
      for (const frame of this.early) line.sendFrame(frame);
      this.early = [];
      if (this.phase() === "thinking") line.send({ type: "stop" });
    } catch (error) {
      if (mine === this.order) this.give(error instanceof NoMicrophone ? error.message : NO_VOICE);
    }
  }

  /** Microphone off: what was said is understood now. */
  stop(): void {
    if (this.state.phase === "opening") return this.end();
    if (this.state.phase !== "listening") return;
    this.microphone?.close();
    this.microphone = null;
    this.set({ phase: "thinking", level: 0 });
    this.line?.send({ type: "stop" });
    this.timer = setTimeout(() => this.give(NOTHING_CAME), THINKING_MS);
  }

  /** Answers what the server asked back. */
  confirm(id: string): void {
    const { confirm } = this.state;
    if (!confirm) return;
    if (id === "yes") this.said = confirm.understood;
    this.line?.send({ type: "text", choices: [id] });
    if (id === "yes") {
      this.set({ phase: "thinking", confirm: null });
      this.timer = setTimeout(() => this.give(NOTHING_CAME), THINKING_MS);
    } else {
      this.end();
    }
  }

  /** Everything off; what was not confirmed does not count. */
  end(): void {
    this.order++;
    clearTimeout(this.timer);
    this.microphone?.close();
    this.line?.close();
    this.microphone = null;
    this.line = null;
    this.early = [];
    this.said = "";
    this.set(OFF);
  }

  private phase(): UtteranceState["phase"] {
    return this.state.phase;
  }

  private heard(frame: ArrayBuffer, level: number): void {
    if (this.state.phase !== "listening") return;
    if (this.line) this.line.sendFrame(frame);
    else if (this.early.length < 100) this.early.push(frame);
    this.set({ level });
  }

  private take(message: FromServer): void {
    switch (message.type) {
      case "ready":
        if (!message.voice) this.give(NO_VOICE);
        break;
      case "partial":
        this.set({ partial: message.text });
        break;
      case "final":
        this.said = message.text;
        this.set({ partial: message.text });
        break;
      case "confirm":
        clearTimeout(this.timer);
        this.said = message.understood;
        this.set({ phase: "confirming", confirm: message });
        break;
      case "turn": {
        const said = this.said || this.state.partial;
        this.end();
        this.taken(message, said);
        break;
      }
      case "fallback":
        this.give(message.text);
        break;
      case "error":
        if (message.code !== "bad_frame") this.give(message.detail);
        break;
      default:
    }
  }

  private cut(): void {
    if (this.state.phase !== "off") this.give(NO_VOICE);
  }

  private give(trouble: string): void {
    this.end();
    this.set({ trouble });
  }
}
