// The kiosk's ears and mouth for one visit: the voice connection in auto mode, the microphone, the
// player. Everything works by touch alone when any of them is missing.
import { asked, type Visit } from "../visit/visit";
import { Store } from "../visit/store";
import { Line } from "../voice/line";
import { Microphone, NoMicrophone } from "../voice/microphone";
import { Player } from "../voice/player";
import type { Confirm, FromServer } from "../voice/protocol";

export interface SpeechState {
  /** The machine hears. */
  hears: boolean;
  /** There is something that can be heard of the machine. */
  speaks: boolean;
  /** The machine is speaking now. */
  speaking: boolean;
  /** The patient is speaking now. */
  heard: boolean;
  level: number;
  /** What the machine says, as text. */
  caption: string;
  /** What the patient is saying. */
  partial: string;
  confirm: Confirm | null;
  /** After failures: what to do instead. */
  fallback: string | null;
  /** Why the machine does not hear. */
  note: string | null;
  slow: boolean;
  loud: boolean;
}

const QUIET: SpeechState = {
  hears: false, speaks: false, speaking: false, heard: false, level: 0, caption: "", partial: "", confirm: null, fallback: null,
  note: null, slow: false, loud: false,
};

const TOUCH = "现在听不了语音,请用手点。";

/** Slow speakers are waited for. */
const END_SILENCE_MS = 800;
const END_SILENCE_SLOW_MS = 1400;

export class Speech extends Store<SpeechState> {
  private readonly player = new Player(
    (id, state, played) => id > 0 && this.line?.send({ type: "playback", id, state, played_ms: played }),
    (speaking) => {
      this.set({ speaking });
      if (!speaking && !this.repeating) this.active();
    },
  );
  private line: Line | null = null;
  private microphone: Microphone | null = null;
  private said = "";
  private lastText = "";
  /** What is said by itself again and again does not show that somebody is there, not even when it ends. */
  private repeating = false;
  private order = 0;

  /** `active` is called whenever somebody is there. */
  constructor(private readonly visit: Visit, private readonly active: () => void) {
    super(QUIET);
  }

  /** Within a tap: lets the page make sound later. */
  unlock(): void {
    this.player.unlock();
  }

  /** Connects for the visit that is open. */
  async begin(): Promise<void> {
    const { key } = this.visit.state;
    if (!key) return;
    const mine = ++this.order;
    try {
      const line = await Line.connect(key, { mode: "auto", audio: true, endSilenceMs: END_SILENCE_MS }, {
        message: (message) => mine === this.order && this.take(message),
        speak: (speak, wav) => {
          if (mine !== this.order) return;
          if (!speak.repeat) this.active();
          this.voice(speak.id, speak.text, wav, speak.repeat);
        },
        closed: () => mine === this.order && this.cut(),
      });
      if (mine !== this.order) return line.close();
      this.line = line;
      this.visit.carrier = (body) => line.say(body);
    } catch {
      if (mine === this.order) this.cut();
    }
  }

  /** Says the open question by the browser's own voice, where the server does not speak. */
  sayQuestion(): void {
    const { reply } = this.visit.state;
    if (this.line || !reply || reply.text === this.lastText) return;
    this.voice(0, reply.text, null, false);
  }

  repeat(): void {
    this.active();
    const caption = this.state.caption || asked(this.visit.state.reply);
    this.set({ caption });
    if (!this.player.repeat() && this.player.hasOwnVoice) void this.player.say(0, caption, null);
  }

  toggleSlow(): void {
    this.player.slow = !this.player.slow;
    this.set({ slow: this.player.slow });
    this.line?.send({ type: "start", mode: "auto", end_silence_ms: this.player.slow ? END_SILENCE_SLOW_MS : END_SILENCE_MS, audio: true });
    this.repeat();
  }

  toggleLoud(): void {
    this.player.loud = !this.player.loud;
    this.set({ loud: this.player.loud });
    this.repeat();
  }

  /** Answers what the server asked back. */
  confirm(id: string): void {
    this.active();
    if (id === "yes") this.said = this.state.confirm?.understood ?? this.said;
    this.set({ confirm: null, partial: "" });
    this.line?.send({ type: "text", choices: [id] });
  }

  /** The buttons after failures are put away. */
  closeFallback(): void {
    this.active();
    this.set({ fallback: null, partial: "" });
  }

  /** The machine is silent: something was tapped. */
  hush(): void {
    this.player.stop();
    this.set({ partial: "", fallback: null });
  }

  acknowledge(): void {
    this.line?.send({ type: "acknowledge" });
    this.player.stop();
  }

  /** The visit is over: nothing is heard any more; the last words may still be said. */
  closeEars(): void {
    this.microphone?.close();
    this.microphone = null;
    this.set({ hears: false, heard: false, partial: "", confirm: null, fallback: null, note: null });
  }

  end(): void {
    this.order++;
    this.player.forget();
    this.closeEars();
    this.line?.close();
    this.line = null;
    this.visit.carrier = null;
    this.said = "";
    this.lastText = "";
    this.set(QUIET);
  }

  private voice(id: number, text: string, wav: ArrayBuffer | null, repeating: boolean): void {
    this.lastText = text;
    this.repeating = repeating;
    this.set({ caption: text, speaks: wav !== null || this.player.hasOwnVoice });
    void this.player.say(id, text, wav);
  }

  private take(message: FromServer): void {
    switch (message.type) {
      case "ready":
        this.set({ speaks: message.speaker || this.player.hasOwnVoice });
        if (message.voice) void this.openEars();
        else this.set({ note: TOUCH });
        break;
      case "speech_started":
        this.active();
        this.player.stop();
        this.set({ heard: true, partial: "", fallback: null, note: null });
        break;
      case "speech_ended":
        this.set({ heard: false });
        break;
      case "partial":
        this.active();
        this.set({ partial: message.text });
        break;
      case "final":
        this.said = message.text;
        this.set({ partial: message.text, heard: false });
        break;
      case "confirm":
        this.said = message.understood;
        this.set({ confirm: message, partial: "", fallback: null });
        break;
      case "turn": {
        this.active();
        const said = this.said || this.state.partial;
        this.said = "";
        this.set({ partial: "", confirm: null, fallback: null, note: null, heard: false });
        this.visit.take(message, said);
        break;
      }
      case "fallback":
        // Who says nothing may be reading or tapping: a word below, not a sheet over what is tapped.
        if (!this.state.hears) break;
        if (message.reason === "silence") this.set({ note: message.text, partial: "", heard: false });
        else this.set({ fallback: message.text, partial: "", heard: false });
        break;
      case "error":
        if (message.code === "no_voice") this.set({ note: TOUCH });
        else if (message.code !== "bad_frame") this.set({ note: message.detail });
        break;
    }
  }

  private async openEars(): Promise<void> {
    const mine = this.order;
    try {
      const microphone = await Microphone.open((frame, level) => {
        this.line?.sendFrame(frame);
        if (Math.abs(level - this.state.level) > 0.01) this.set({ level });
      });
      if (mine !== this.order) return microphone.close();
      this.microphone = microphone;
      this.set({ hears: true, note: null });
    } catch (error) {
      if (mine !== this.order) return;
      this.set({ note: error instanceof NoMicrophone ? "没有话筒,请用手点。" : TOUCH });
      this.line?.send({ type: "stop" });
    }
  }

  private cut(): void {
    this.line = null;
    this.visit.carrier = null;
    this.closeEars();
    this.set({ note: TOUCH, speaks: this.player.hasOwnVoice });
    this.sayQuestion();
  }
}
