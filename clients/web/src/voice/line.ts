// The voice connection of one visit: the first message, frames out, messages and sound in.
import { ApiError, OFFLINE, SLOW } from "../api/problem";
import type { NewTurn, TurnAnswer } from "../api/types";
import type { Key } from "../api/visit";
import { readMessage, type FromClient, type FromServer, type Speak } from "./protocol";

export interface LineEvents {
  message(message: FromServer): void;
  /** What is said now; the sound when the server sends some. */
  speak(speak: Speak, wav: ArrayBuffer | null): void;
  closed(): void;
}

export interface LineOptions {
  mode: "auto" | "push";
  /** Ask the server for sound. */
  audio: boolean;
  endSilenceMs: number;
}

/** An answer takes this long at most; then the caller asks by HTTP whether it counted. */
const PATIENCE_MS = 12_000;
const CONNECT_MS = 6_000;

export class Line {
  ready = false;
  private waitsForSound: Speak | null = null;
  private waiting: { done(answer: TurnAnswer): void; fail(error: Error): void } | null = null;
  private open = true;

  private constructor(private readonly socket: WebSocket, private readonly events: LineEvents) {}

  /** Connects and starts. Rejects when this server has no voice connection or refuses it. */
  static connect(key: Key, options: LineOptions, events: LineEvents): Promise<Line> {
    const address = new URL(`/v1/sessions/${encodeURIComponent(key.id)}/voice`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    const line = new Line(socket, events);
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        socket.close();
        fail(new ApiError("slow", 0, SLOW));
      }, CONNECT_MS);
      socket.onopen = () =>
        line.send({ type: "start", token: key.token, mode: options.mode, end_silence_ms: options.endSilenceMs, audio: options.audio });
      socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
        line.take(event.data);
        if (line.ready) {
          clearTimeout(timer);
          done(line);
        }
      };
      socket.onclose = () => {
        clearTimeout(timer);
        fail(new ApiError("offline", 0, OFFLINE));
        line.shut();
      };
    });
  }

  send(message: FromClient): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Sound of the microphone. What a slow network cannot carry is dropped rather than piled up. */
  sendFrame(frame: ArrayBuffer): void {
    if (this.ready && this.socket.readyState === WebSocket.OPEN && this.socket.bufferedAmount < 128_000) this.socket.send(frame);
  }

  /** A typed or tapped turn; resolves with the turn that the server answers. */
  say(body: NewTurn): Promise<TurnAnswer> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => this.settle(new ApiError("slow", 0, SLOW)), PATIENCE_MS);
      this.waiting = {
        done: (answer) => (clearTimeout(timer), done(answer)),
        fail: (error) => (clearTimeout(timer), fail(error)),
      };
      const { text, choices } = body;
      this.send({ type: "text", ...(text == null ? {} : { text }), ...(choices == null ? {} : { choices }) });
    });
  }

  close(): void {
    if (!this.open) return;
    this.socket.close();
    this.shut();
  }

  private take(data: string | ArrayBuffer): void {
    if (typeof data !== "string") {
      const speak = this.waitsForSound;
      this.waitsForSound = null;
      if (speak) this.events.speak(speak, data);
      return;
    }
    const message = readMessage(data);
    if (!message) return;
    if (message.type === "ready") this.ready = true;
    if (message.type === "speak") {
      this.waitsForSound = message.audio ? message : null;
      if (!message.audio) this.events.speak(message, null);
    }
    if (message.type === "turn" && this.waiting) return this.settle(message);
    if (message.type === "error" && message.code === "turn_failed") this.settle(new ApiError("turn_failed", 0, message.detail));
    this.events.message(message);
  }

  private settle(result: TurnAnswer | Error): void {
    const { waiting } = this;
    this.waiting = null;
    if (result instanceof Error) waiting?.fail(result);
    else waiting?.done(result);
  }

  private shut(): void {
    if (!this.open) return;
    this.open = false;
    this.ready = false;
    this.settle(new ApiError("offline", 0, OFFLINE));
    this.events.closed();
  }
}
