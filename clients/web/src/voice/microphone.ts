// The microphone: 100 ms frames of 16 kHz PCM from an AudioWorklet, with echo cancellation.
import worklet from "./microphone.worklet.ts?worker&url";
import { SAMPLE_RATE } from "./protocol";

/** Why there is no microphone, as a sentence that says what to do instead. */
export class NoMicrophone extends Error {}

/** Browsers give the microphone to pages over HTTPS or on the machine itself only. */
export const canListen = (): boolean =>
  typeof navigator.mediaDevices?.getUserMedia === "function" && typeof AudioWorkletNode !== "undefined";

export class Microphone {
  private constructor(private readonly context: AudioContext, private readonly stream: MediaStream) {}

  /** Asks for the microphone. `heard` gets every frame and its loudness 0..1. */
  static async open(heard: (frame: ArrayBuffer, level: number) => void): Promise<Microphone> {
    if (!canListen()) throw new NoMicrophone("这里用不了话筒,请打字或点选。");
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      const refused = error instanceof DOMException && error.name === "NotAllowedError";
      throw new NoMicrophone(refused ? "没有打开话筒。要说话,请在手机里允许用话筒;也可以打字或点选。" : "没有找到话筒,请打字或点选。");
    }
    const context = new AudioContext({ sampleRate: SAMPLE_RATE });
    try {
      await context.audioWorklet.addModule(worklet);
      const node = new AudioWorkletNode(context, "microphone", { numberOfInputs: 1, numberOfOutputs: 1, channelCount: 1 });
      node.port.onmessage = (event: MessageEvent<{ frame: ArrayBuffer; level: number }>) => heard(event.data.frame, event.data.level);
      context.createMediaStreamSource(stream).connect(node);
      // Without a way to the end of the graph some browsers do not run it; the node puts out silence.
      node.connect(context.destination);
      await context.resume();
    } catch {
      for (const track of stream.getTracks()) track.stop();
      void context.close();
      throw new NoMicrophone("这个浏览器用不了话筒,请打字或点选。");
    }
    return new Microphone(context, stream);
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
    void this.context.close();
  }
}
