// Messages of the voice WebSocket (`GET /v1/sessions/{id}/voice`). The token goes in the first
// message, never in the address. Binary from us: 16 kHz mono 16-bit PCM; from the server: WAV after a
// `speak` with audio.
import type { Reply, TurnAnswer } from "../api/types";

export type FromClient =
  | { type: "start"; token?: string; mode?: "auto" | "push"; end_silence_ms?: number; audio?: boolean }
  | { type: "stop" }
  | { type: "text"; text?: string; choices?: string[] }
  | { type: "playback"; id: number; state: "started" | "stopped" | "ended"; played_ms: number }
  | { type: "acknowledge" };

export interface Confirm {
  text: string;
  understood: string;
  options: { id: string; label: string }[];
}

export interface Speak {
  id: number;
  text: string;
  audio: boolean;
  voice: "recorded" | "espeak" | "none";
  repeat: boolean;
}

export interface Fallback {
  reason: "not_understood" | "silence" | "noise" | "too_long";
  text: string;
}

export type FromServer =
  | { type: "ready"; voice: boolean; speaker: boolean; limit_seconds: number; reply: Reply; turn: number }
  | { type: "speech_started"; ms?: number }
  | { type: "speech_ended" }
  | { type: "partial"; text: string }
  | { type: "final"; text: string; heard?: string; confidence?: number; repairs?: { from: string; to: string }[] }
  | ({ type: "confirm" } & Confirm)
  | ({ type: "turn" } & TurnAnswer)
  | ({ type: "speak" } & Speak)
  | ({ type: "fallback" } & Fallback)
  | { type: "error"; code: string; title: string; detail: string };

/** Sizes of a frame of sound, in bytes: 20 to 100 ms. */
export const FRAME_BYTES = 3200;
export const SAMPLE_RATE = 16_000;

/** A message of the server, or null when it is none. */
export function readMessage(data: string): FromServer | null {
  try {
    const message = JSON.parse(data) as { type?: unknown };
    return typeof message?.type === "string" ? (message as FromServer) : null;
  } catch {
    return null;
  }
}
