// Speaks: sound of the server, or the browser's own Chinese voice when it is a local one. Reports what
// was heard of it. One thing is said at a time; a newer one takes its place.
import { stretch } from "./stretch";

export type Report = (id: number, state: "started" | "stopped" | "ended", playedMs: number) => void;

interface Said {
  id: number;
  text: string;
  sound: AudioBuffer | null;
}

interface Running {
  id: number;
  since: number;
  stop: () => void;
}

const SLOW = 0.78;

export class Player {
  slow = false;
  loud = false;
  private context: AudioContext | null = null;
  private running: Running | null = null;
  private last: Said | null = null;
  private order = 0;

  constructor(private readonly report: Report, private readonly changed: (speaking: boolean) => void) {}

  /** Within a tap, so that the browser lets us speak later. */
  unlock(): void {
    if (typeof AudioContext === "undefined") return;
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  /** Whether the browser itself can speak Chinese without asking another machine. */
  get hasOwnVoice(): boolean {
    return this.ownVoice() !== null;
  }

  get speaking(): boolean {
    return this.running !== null;
  }

  /** Says it with the server's sound (WAV), or with the browser's own voice, or not at all. */
  async say(id: number, text: string, wav: ArrayBuffer | null): Promise<void> {
    this.stop();
    const mine = ++this.order;
    let sound: AudioBuffer | null = null;
    if (wav && this.context) sound = await this.context.decodeAudioData(wav).catch(() => null);
    if (mine !== this.order) return;
    this.last = { id, text, sound };
    this.play(this.last);
  }

  /** Once more. False when there is nothing that could be heard. */
  repeat(): boolean {
    if (!this.last || (!this.last.sound && !this.ownVoice())) return false;
    this.stop();
    this.play(this.last);
    return true;
  }

  /** Silence, now. */
  stop(): void {
    this.order++;
    const running = this.running;
    if (!running) return;
    this.running = null;
    running.stop();
    this.report(running.id, "stopped", Math.round(performance.now() - running.since));
    this.changed(false);
  }

  /** Silence, and nothing to repeat. */
  forget(): void {
    this.stop();
    this.last = null;
  }

  private play(said: Said): void {
    const { context } = this;
    if (said.sound && context) {
      const source = context.createBufferSource();
      source.buffer = this.paced(said.sound, context);
      const gain = context.createGain();
      gain.gain.value = this.loud ? 1.9 : 1;
      // Louder without distortion.
      const limit = context.createDynamicsCompressor();
      source.connect(gain).connect(limit).connect(context.destination);
      source.onended = () => this.ended(said.id);
      source.start();
      this.began(said.id, () => {
        source.onended = null;
        source.stop();
      });
      return;
    }
    const voice = this.ownVoice();
    if (!voice) return;
    const words = new SpeechSynthesisUtterance(said.text);
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = this.slow ? 0.7 : 0.95;
    words.volume = 1;
    words.onend = () => this.ended(said.id);
    speechSynthesis.speak(words);
    this.began(said.id, () => {
      words.onend = null;
      speechSynthesis.cancel();
    });
  }

  private paced(sound: AudioBuffer, context: AudioContext): AudioBuffer {
    if (!this.slow) return sound;
    const samples = stretch(sound.getChannelData(0), SLOW, sound.sampleRate);
    const paced = context.createBuffer(1, samples.length, sound.sampleRate);
    paced.copyToChannel(samples, 0);
    return paced;
  }

  private began(id: number, stop: () => void): void {
    this.running = { id, since: performance.now(), stop };
    this.report(id, "started", 0);
    this.changed(true);
  }

  private ended(id: number): void {
    const running = this.running;
    if (running?.id !== id) return;
    this.running = null;
    this.report(id, "ended", Math.round(performance.now() - running.since));
    this.changed(false);
  }

  /** Voices that are not local would send the words to another machine. */
  private ownVoice(): SpeechSynthesisVoice | null {
    if (typeof speechSynthesis === "undefined") return null;
    return speechSynthesis.getVoices().find((voice) => voice.localService && /^zh\b|^cmn/i.test(voice.lang)) ?? null;
  }
}
