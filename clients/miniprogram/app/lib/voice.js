/**
 * Hold to talk: recorder → frames → voice socket, and the service's events back. One socket a visit,
 * opened when the patient first holds the button. Says nothing by itself; the page shows the events.
 */
const api = require('./api');
const platform = require('./platform');
const { createFrames } = require('./frames');

/** Frames kept while the socket opens: 8 seconds. */
const WAITING = 80;

/**
 * @typedef {{ type: string } & Record<string, any>} Event `type` as in the voice protocol, and `lost` when
 *   the connection ended, `no_recorder` when the microphone failed, `interrupted` and `resumed` around a call
 * @param {import('./api').Key} key
 * @param {(event: Event) => void} tell
 * @param {{ speak?: boolean }} [options] `speak`: play what the service says
 */
function createVoice(key, tell, { speak = false } = {}) {
  /** @type {ReturnType<typeof platform.connect> | null} */
  let socket = null;
  let ready = false;
  let started = false; // the first `start`, which holds the token, was sent on this socket
  let holding = false;
  let recording = false;
  let stopWhenReady = false;
  /** @type {ArrayBuffer[]} */
  let waiting = [];
  /** @type {{ stop(): void } | null} */
  let playing = null;
  /** @type {number | null} */
  let spoken = null; // id of the prompt whose audio comes next

  const frames = createFrames((frame) => {
    if (ready) {
      if (socket) socket.send(frame);
    } else if (waiting.length < WAITING) {
      waiting.push(frame);
    }
  });

  const recorder = platform.openRecorder({
    frame: (bytes) => { if (recording) frames.add(bytes); },
    stop() {
      if (!recording) return;
      recording = false;
      frames.flush();
      if (ready) send({ type: 'stop' });
      else stopWhenReady = true;
    },
    fail() {
      recording = false;
      holding = false;
      frames.clear();
      tell({ type: 'no_recorder' });
    },
    interrupted: () => { if (recording) tell({ type: 'interrupted' }); },
    resumable() {
      if (!recording) return;
      if (holding) {
        recorder.resume();
        tell({ type: 'resumed' });
      } else {
        recorder.stop();
      }
    },
  });

  /** @param {Record<string, unknown>} message */
  function send(message) {
    if (socket) socket.send(JSON.stringify(message));
  }

  function open() {
    if (socket) return;
    const mine = platform.connect(api.voiceUrl(key), {
      open() {
        started = true;
        send({ type: 'start', token: key.token, mode: 'push', end_silence_ms: 1000, audio: speak });
      },
      message: (data) => { if (socket === mine) hear(data); },
      close() {
        if (socket !== mine) return;
        forget();
        tell({ type: 'lost' });
      },
    });
    socket = mine;
  }

  /** The next hold opens a new socket; the service goes on where it was. */
  function forget() {
    socket = null;
    ready = false;
    started = false;
    stopWhenReady = false;
    waiting = [];
    if (recording) recorder.stop();
    recording = false;
    quiet();
  }

  function quiet() {
    if (playing) playing.stop();
    playing = null;
  }

  /** @param {string | ArrayBuffer} data */
  function hear(data) {
    if (typeof data !== 'string') {
      if (spoken !== null) playBack(spoken, data);
      spoken = null;
      return;
    }
    let event;
    try {
      event = JSON.parse(data);
    } catch (_) {
      return; // not of this protocol
    }
    if (event.type === 'ready') {
      ready = true;
      for (const frame of waiting.splice(0)) if (socket) socket.send(frame);
      if (stopWhenReady) send({ type: 'stop' });
      stopWhenReady = false;
    }
    if (event.type === 'speech_started') quiet();
    if (event.type === 'speak') spoken = event.audio && speak ? event.id : null;
    tell(event);
  }

  /** @param {number} id @param {ArrayBuffer} wav */
  function playBack(id, wav) {
    quiet();
    if (holding) return; // the patient is talking
    playing = platform.play(wav, (state, playedMs) => send({ type: 'playback', id, state, played_ms: playedMs }));
  }

  return {
    /** The button is held: from now on everything is heard. */
    hold() {
      if (holding) return;
      holding = true;
      quiet();
      const isOpen = started && ready;
      open();
      if (isOpen) send({ type: 'start', mode: 'push' });
      frames.clear();
      recording = true;
      recorder.start();
    },
    /** The button is let go: what was heard so far is one answer. */
    release() {
      if (!holding) return;
      holding = false;
      recorder.stop();
    },
    /** Answers an open confirmation. @param {string[]} choices */
    choose: (choices) => send({ type: 'text', choices }),
    /** A typed turn in place of an open confirmation. @param {string} text */
    type: (text) => send({ type: 'text', text }),
    /** The patient has read the warning. */
    acknowledge: () => send({ type: 'acknowledge' }),
    /** Whether the socket is open and the service listens. */
    get isOpen() {
      return ready;
    },
    close() {
      const mine = socket;
      forget();
      if (mine) mine.close();
    },
  };
}

module.exports = { createVoice };
