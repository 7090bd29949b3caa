// Frames as the voice connection wants them, slower speech, messages.
import { expect, test } from "vitest";
import { Framer } from "../../src/voice/frames.ts";
import { FRAME_BYTES, readMessage } from "../../src/voice/protocol.ts";
import { stretch } from "../../src/voice/stretch.ts";

const tone = (hz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, at) => Math.sin((2 * Math.PI * hz * at) / rate) * 0.5);

/** How often the sound crosses zero upwards, per second. */
function pitch(samples: ArrayLike<number>, rate: number): number {
  let crossings = 0;
  for (let at = 1; at < samples.length; at++) if (samples[at - 1]! < 0 && samples[at]! >= 0) crossings++;
  return (crossings * rate) / samples.length;
}

test.each([16_000, 44_100, 48_000])("a_second_at_%i_hz_becomes_ten_frames_of_100_ms", (rate) => {
  const frames: Int16Array[] = [];
  let loudness = 0;
  const framer = new Framer(rate);
  const sound = tone(440, rate, 1.01);
  // The audio thread hands over 128 samples at a time.
  for (let at = 0; at < sound.length; at += 128)
    framer.push(sound.subarray(at, at + 128), (frame, level) => {
      frames.push(frame);
      loudness = level;
    });
  expect(frames.length).toBe(10);
  expect(frames.every((frame) => frame.byteLength === FRAME_BYTES)).toBe(true);
  const all = frames.flatMap((frame) => [...frame]);
  expect(pitch(all, 16_000)).toBeGreaterThan(430);
  expect(pitch(all, 16_000)).toBeLessThan(450);
  expect(loudness).toBeGreaterThan(0.3);
  expect(loudness).toBeLessThan(0.4);
});

test("sound_beyond_full_scale_is_clipped_and_does_not_wrap", () => {
  const frames: Int16Array[] = [];
  new Framer(16_000).push(new Float32Array(1600).fill(1.7), (frame) => frames.push(frame));
  expect(Math.min(...frames[0]!)).toBe(32_767);
});

test("slower_speech_is_longer_and_keeps_its_pitch", () => {
  const rate = 22_050;
  const slow = stretch(tone(220, rate, 1), 0.78, rate);
  expect(slow.length / rate).toBeGreaterThan(1.2);
  const middle = slow.subarray(rate * 0.2, rate);
  expect(pitch(middle, rate)).toBeGreaterThan(210);
  expect(pitch(middle, rate)).toBeLessThan(230);
});

test("what_is_no_message_is_no_message", () => {
  expect(readMessage("{")).toBeNull();
  expect(readMessage("[]")).toBeNull();
  expect(readMessage('{"type":"partial","text":"腰"}')).toEqual({ type: "partial", text: "腰" });
});
