// Sound to frames: any rate to 16 kHz, floats to 16-bit integers, cut to 100 ms. Pure; the worklet
// and the tests use it.

export class Framer {
  private readonly frame: Int16Array<ArrayBuffer>;
  private filled = 0;
  /** Position of the next sample of the output within the input that is still to come. */
  private position = 0;
  private sum = 0;
  private count = 0;

  /** `rate` in Hz of what comes in; frames of `samples` at `target` Hz go out. */
  constructor(private readonly rate: number, private readonly target = 16_000, private readonly samples = 1600) {
    this.frame = new Int16Array(samples);
  }

  /** Takes samples in -1..1; calls `done` with each full frame and its loudness 0..1. */
  push(input: Float32Array, done: (frame: Int16Array<ArrayBuffer>, level: number) => void): void {
    const step = this.rate / this.target;
    for (const sample of input) {
      // The mean of the samples that fall into one of the output: enough of a low-pass for speech.
      this.sum += sample;
      this.count += 1;
      this.position += 1;
      if (this.position < step) continue;
      this.position -= step;
      this.put(this.sum / this.count, done);
      this.sum = 0;
      this.count = 0;
    }
  }

  private put(value: number, done: (frame: Int16Array<ArrayBuffer>, level: number) => void): void {
    const clipped = Math.max(-1, Math.min(1, value));
    this.frame[this.filled++] = Math.round(clipped * 32_767);
    if (this.filled < this.samples) return;
    this.filled = 0;
    let energy = 0;
    for (const one of this.frame) energy += (one / 32_768) ** 2;
    done(this.frame.slice(), Math.sqrt(energy / this.samples));
  }
}
