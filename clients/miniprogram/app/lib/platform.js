/**
 * The one place where `wx` is named: every call to WeChat goes through here, as a promise or a plain
 * value, so that pages can be tested against a fake of `wx` and read without its habits.
 */

/**
 * @typedef {{ status: number, headers: Record<string, string>, text: string }} Answer
 * @typedef {{ method: 'GET' | 'POST' | 'DELETE', url: string, headers?: Record<string, string>, body?: unknown, timeout?: number }} Request
 */

/** No answer came: no network, no server, or too late. */
class NoAnswer extends Error {
  constructor() {
    super('no answer');
    this.name = 'NoAnswer';
  }
}

/**
 * Asks the server.
 * @param {Request} options
 * @returns {Promise<Answer>}
 */
function request({ method, url, headers = {}, body, timeout = 15000 }) {
  return new Promise((resolve, reject) => {
    wx.request({
      url,
      method,
      header: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      data: body === undefined ? undefined : JSON.stringify(body),
      // The text is read by ours: WeChat reads problems (`application/problem+json`) as text anyway.
      dataType: '其他',
      timeout,
      success: (answer) => resolve({
        status: answer.statusCode,
        headers: lowerCase(answer.header),
        text: typeof answer.data === 'string' ? answer.data : JSON.stringify(answer.data),
      }),
      fail: () => reject(new NoAnswer()),
    });
  });
}

/** @param {Record<string, unknown>} headers */
function lowerCase(headers) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, value] of Object.entries(headers || {})) found[name.toLowerCase()] = String(value);
  return found;
}

/**
 * Opens the one socket that is used.
 * @param {string} url
 * @param {{ open(): void, message(data: string | ArrayBuffer): void, close(): void }} on `close` comes once, also after a failure
 * @returns {{ send(data: string | ArrayBuffer): void, close(): void }}
 */
function connect(url, on) {
  let over = false;
  const end = () => {
    if (!over) on.close();
    over = true;
  };
  const socket = wx.connectSocket({ url, timeout: 10000, fail: end });
  socket.onOpen(() => on.open());
  socket.onMessage(({ data }) => on.message(data));
  socket.onClose(end);
  socket.onError(end);
  return {
    send: (data) => socket.send({ data, fail: end }),
    close: () => socket.close({ code: 1000, fail: end }),
  };
}

/**
 * Calls back when the network comes back.
 * @param {() => void} back
 * @returns {() => void} stops it
 */
function onNetworkBack(back) {
  /** @param {{ isConnected: boolean }} state */
  const heard = (state) => { if (state.isConnected) back(); };
  wx.onNetworkStatusChange(heard);
  return () => wx.offNetworkStatusChange(/** @type {any} */ (heard));
}

/**
 * The recorder: 16 kHz mono PCM in frames.
 * @param {{ frame(bytes: ArrayBuffer): void, stop(): void, fail(): void, interrupted(): void, resumable(): void }} on
 */
function openRecorder(on) {
  const recorder = wx.getRecorderManager();
  // One manager for the whole program, and its listeners cannot be taken off: the newest listens.
  listener = on;
  if (!listening) {
    listening = true;
    recorder.onFrameRecorded(({ frameBuffer }) => listener.frame(frameBuffer));
    recorder.onStop(() => listener.stop());
    recorder.onError(() => listener.fail());
    recorder.onInterruptionBegin(() => listener.interrupted());
    recorder.onInterruptionEnd(() => listener.resumable());
  }
  return {
    start: () => recorder.start({
      // The typings do not know that PCM streams, too.
      format: /** @type {any} */ ('PCM'),
      sampleRate: 16000,
      numberOfChannels: 1,
      encodeBitRate: 48000,
      frameSize: 2, // in kilobytes: 64 ms
      duration: 600000,
    }),
    stop: () => recorder.stop(),
    resume: () => recorder.resume(),
  };
}

/** @type {Parameters<typeof openRecorder>[0]} */
let listener = { frame() {}, stop() {}, fail() {}, interrupted() {}, resumable() {} };
let listening = false;

/** Plays a WAV and deletes it. @param {ArrayBuffer} wav @param {(state: 'started' | 'stopped' | 'ended', playedMs: number) => void} tell */
function play(wav, tell) {
  const path = `${wx.env.USER_DATA_PATH}/speak.wav`;
  const files = wx.getFileSystemManager();
  const sound = wx.createInnerAudioContext();
  let over = false;
  /** @param {'stopped' | 'ended'} state */
  const end = (state) => {
    if (over) return;
    over = true;
    tell(state, Math.round((sound.currentTime || 0) * 1000));
    sound.destroy();
    files.unlink({ filePath: path, fail() {} });
  };
  sound.onPlay(() => tell('started', 0));
  sound.onEnded(() => end('ended'));
  sound.onStop(() => end('stopped'));
  sound.onError(() => end('stopped'));
  files.writeFile({
    filePath: path,
    data: wav,
    success: () => {
      sound.src = path;
      sound.play();
    },
    fail: () => end('stopped'),
  });
  return { stop: () => sound.stop() };
}

/**
 * Tells when WeChat wants the privacy terms to be agreed to. The page shows its button and answers.
 * @param {(answer: (agreed: boolean, buttonId?: string) => void) => void} show
 */
function onPrivacyNeeded(show) {
  if (!wx.onNeedPrivacyAuthorization) return;
  wx.onNeedPrivacyAuthorization((/** @type {any} */ resolve) => {
    show((agreed, buttonId) => resolve(agreed ? { event: 'agree', buttonId } : { event: 'disagree' }));
  });
}

/** Whether the patient lets us record: first the privacy terms, then the microphone. @returns {Promise<boolean>} */
async function mayRecord() {
  const agreed = await new Promise((resolve) => {
    // Versions of WeChat before the privacy rules have no such call.
    if (!wx.requirePrivacyAuthorize) return resolve(true);
    wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) });
  });
  if (!agreed) return false;
  return new Promise((resolve) => {
    wx.authorize({ scope: 'scope.record', success: () => resolve(true), fail: () => resolve(false) });
  });
}

/** Whether both were agreed to earlier; asks the patient nothing. @returns {Promise<boolean>} */
async function isRecordingAllowed() {
  const terms = await new Promise((resolve) => {
    if (!wx.getPrivacySetting) return resolve(true);
    wx.getPrivacySetting({ success: ({ needAuthorization }) => resolve(!needAuthorization), fail: () => resolve(false) });
  });
  if (!terms) return false;
  return new Promise((resolve) => {
    wx.getSetting({ success: ({ authSetting }) => resolve(Boolean(authSetting['scope.record'])), fail: () => resolve(false) });
  });
}

/** Opens the privacy terms that the hospital filed with WeChat. */
function openPrivacyTerms() {
  wx.openPrivacyContract({ fail() {} });
}

/** A code that the server exchanges at WeChat; empty when there is none. @returns {Promise<string>} */
function login() {
  return new Promise((resolve) => {
    wx.login({ timeout: 5000, success: ({ code }) => resolve(code || ''), fail: () => resolve('') });
  });
}

/** Asks whether messages may be sent; a refusal is fine. @param {string[]} templates @returns {Promise<boolean>} whether one was accepted */
function subscribe(templates) {
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds: templates,
      success: (answer) => resolve(templates.some((id) => /** @type {any} */ (answer)[id] === 'accept')),
      fail: () => resolve(false),
    });
  });
}

/** Size of WeChat's own letters in pixels; 17 is what most phones start with. @returns {number} */
function fontSize() {
  const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : {};
  return Number(/** @type {any} */ (info).fontSizeSetting) || 17;
}

/** @param {string} key @returns {any} what was kept, or an empty string */
function read(key) {
  try {
    return wx.getStorageSync(key);
  } catch (_) {
    return '';
  }
}

/** @param {string} key @param {unknown} value */
function write(key, value) {
  try {
    wx.setStorageSync(key, value);
  } catch (_) {
    // A full or broken storage costs the going on after a restart, nothing else.
  }
}

/** @param {string} key */
function remove(key) {
  try {
    wx.removeStorageSync(key);
  } catch (_) {
    // See `write`.
  }
}

/** Opens a page on top of this one. @param {string} page */
function go(page) {
  wx.navigateTo({ url: page });
}

/** Opens a page and forgets all others. @param {string} page */
function restart(page) {
  wx.reLaunch({ url: page });
}

/** Brings a part of the page to the top, below the bar. @param {string} selector */
function scrollTo(selector) {
  wx.pageScrollTo({ selector, offsetTop: -88, duration: 200, fail() {} });
}

/** Back to the page below; to the start where there is none. */
function back() {
  wx.navigateBack({ delta: 1, fail: () => restart('/pages/start/start') });
}

/** Dials, after WeChat's own question. @param {string} number */
function call(number) {
  wx.makePhoneCall({ phoneNumber: number, fail() {} });
}

/** So that a warning is felt, too. */
function vibrate() {
  if (wx.vibrateLong) wx.vibrateLong({ fail() {} });
}

/** @param {string} text @returns {Promise<boolean>} */
function copy(text) {
  return new Promise((resolve) => {
    wx.setClipboardData({ data: text, success: () => resolve(true), fail: () => resolve(false) });
  });
}

/** Writes a file and lets the patient send it, say to his own file helper. @param {string} name @param {string} text @returns {Promise<boolean>} */
function shareFile(name, text) {
  const path = `${wx.env.USER_DATA_PATH}/${name}`;
  const files = wx.getFileSystemManager();
  return new Promise((resolve) => {
    /** @param {boolean} done */
    const end = (done) => {
      files.unlink({ filePath: path, fail() {} });
      resolve(done);
    };
    files.writeFile({
      filePath: path,
      data: text,
      encoding: 'utf8',
      success: () => wx.shareFileMessage({ filePath: path, success: () => end(true), fail: () => end(false) }),
      fail: () => end(false),
    });
  });
}

/**
 * The canvas `selector` of a component, ready to be drawn on.
 * @param {any} component
 * @param {string} selector
 * @param {number} size edge in pixels
 * @returns {Promise<any>} its 2d context, or null
 */
function canvas(component, selector, size) {
  return new Promise((resolve) => {
    wx.createSelectorQuery().in(component).select(selector).node((found) => {
      if (!found || !found.node) return resolve(null);
      const { pixelRatio } = wx.getWindowInfo();
      found.node.width = size * pixelRatio;
      found.node.height = size * pixelRatio;
      const context = found.node.getContext('2d');
      context.scale(pixelRatio, pixelRatio);
      resolve(context);
    }).exec();
  });
}

/** Random bytes in hexadecimal. @param {number} bytes @returns {Promise<string>} */
function random(bytes) {
  /** @param {ArrayBuffer} buffer */
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return new Promise((resolve) => {
    wx.getRandomValues({
      length: bytes,
      success: ({ randomValues }) => resolve(hex(randomValues)),
      // Only for keys of repeated calls: they must differ, not be secret.
      fail: () => resolve(`${Date.now().toString(16)}-${Math.random().toString(16).slice(2)}`),
    });
  });
}

module.exports = {
  NoAnswer, request, connect, onNetworkBack, openRecorder, play, onPrivacyNeeded, mayRecord, isRecordingAllowed, openPrivacyTerms,
  login, subscribe, fontSize, read, write, remove, go, restart, scrollTo, back, call, vibrate, copy, shareFile, canvas, random,
};
