/**
 * Cuts what the recorder gives into frames that the voice socket takes: 16 kHz mono 16-bit PCM,
 * 20 to 100 ms each. Phones give frames of their own sizes, whatever they were asked for.
 */

/** Bytes of a frame: 100 ms, the most that is taken. */
const FRAME = 3200;

/** Bytes of the shortest frame that is taken: 20 ms. */
const LEAST = 640;

/** @param {(frame: ArrayBuffer) => void} send */
function createFrames(send) {
  let rest = new Uint8Array(0);
  return {
    /** @param {ArrayBuffer} bytes */
    add(bytes) {
      const all = new Uint8Array(rest.length + bytes.byteLength);
      all.set(rest);
      all.set(new Uint8Array(bytes), rest.length);
      let at = 0;
      for (; all.length - at >= FRAME; at += FRAME) send(all.slice(at, at + FRAME).buffer);
      rest = all.slice(at);
    },
    /** Sends what is left, filled up with silence to the shortest length. */
    flush() {
      if (rest.length) {
        const last = new Uint8Array(Math.max(LEAST, rest.length + (rest.length % 2)));
        last.set(rest);
        send(last.buffer);
      }
      rest = new Uint8Array(0);
    },
    /** Forgets what is left. */
    clear() {
      rest = new Uint8Array(0);
    },
  };
}

module.exports = { createFrames, FRAME, LEAST };
