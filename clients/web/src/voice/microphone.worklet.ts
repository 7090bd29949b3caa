// Runs on the audio thread: hands 100 ms frames of 16 kHz PCM to the page.
import { Framer } from "./frames";

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

class Microphone extends AudioWorkletProcessor {
  private readonly framer = new Framer(sampleRate);

  process(inputs: Float32Array[][]): boolean {
    const input = inputs[0]?.[0];
    if (input) this.framer.push(input, (frame, level) => this.port.postMessage({ frame: frame.buffer, level }, [frame.buffer]));
    return true;
  }
}

registerProcessor("microphone", Microphone);
