// Slower speech at the same pitch: overlap and add, each piece laid where it fits best (WSOLA).

/** `speed` below 1 is slower. `rate` in Hz. */
export function stretch(input: Float32Array, speed: number, rate: number): Float32Array<ArrayBuffer> {
  if (speed === 1) return new Float32Array(input);
  const size = Math.round(rate * 0.03);
  const half = size >> 1;
  const reach = Math.round(rate * 0.008);
  const output = new Float32Array(Math.ceil(input.length / speed) + size);
  const window = Float32Array.from({ length: size }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size));
  let previous = 0;
  for (let to = 0; to + size < output.length; to += half) {
    const ideal = Math.round(to * speed);
    if (ideal + size + reach >= input.length) break;
    const from = to === 0 ? 0 : bestFit(input, previous + half, ideal, reach, half);
    for (let at = 0; at < size; at++) output[to + at]! += (input[from + at] ?? 0) * window[at]!;
    previous = from;
  }
  return output;
}

/** Where near `ideal` the sound goes on most like at `natural`. */
function bestFit(input: Float32Array, natural: number, ideal: number, reach: number, length: number): number {
  let best = ideal;
  let most = -Infinity;
  for (let at = Math.max(0, ideal - reach); at <= ideal + reach; at += 2) {
    let likeness = 0;
    for (let step = 0; step < length; step += 4) likeness += (input[at + step] ?? 0) * (input[natural + step] ?? 0);
    if (likeness > most) {
      most = likeness;
      best = at;
    }
  }
  return best;
}
