/**
 * A fake of `wx` for tests: what the phone and WeChat do, in memory, with real HTTP and real sockets below,
 * so that pages talk to a real service. Faults of the network are asked for by name.
 */
const http = require('http');
const WebSocket = require('ws');

function createWx() {
  const fake = {
    /** What pages did: `[name, argument]`. */
    calls: [],
    storage: new Map(),
    /** `up`; `down`: no request leaves; `lost`: requests are taken, answers are lost. */
    network: 'up',
    /** Answers of calls that this server does not offer: `[method, path, status, body]`. */
    stand_ins: [],
    requests: [],
    fontSizeSetting: 17,
    loginCode: 'code-1',
    privacy: { agreed: false, resolve: null, listener: null },
    microphone: true,
    authorised: false,
    recorder: createRecorder(),
    sockets: [],
    files: new Map(),
    drawn: [],
    subscribed: 'accept',
    networkListeners: new Set(),
    sounds: [],
    /** Pages asked for, oldest first. */
    get pages() {
      return fake.calls.filter(([name]) => /^(navigateTo|redirectTo|reLaunch)$/.test(name)).map(([, { url }]) => url);
    },
    networkBack() {
      fake.network = 'up';
      for (const listener of [...fake.networkListeners]) listener({ isConnected: true, networkType: '4g' });
    },
  };
  const note = (name, options) => fake.calls.push([name, options]);
  const done = (options, answer = {}) => options && options.success && setTimeout(() => options.success(answer));
  const failed = (options, errMsg = 'fail') => options && options.fail && setTimeout(() => options.fail({ errMsg }));

  const wx = {
    env: { USER_DATA_PATH: 'wxfile://usr' },
    request(options) {
      const url = new URL(options.url);
      fake.requests.push({ method: options.method, path: url.pathname, header: options.header, body: options.data });
      if (fake.network === 'down') return failed(options, 'request:fail');
      const stand_in = fake.stand_ins.find(([method, path]) => method === options.method && path.test(url.pathname));
      if (stand_in) {
        const [, , status, body] = stand_in;
        return done(options, { statusCode: status, header: {}, data: typeof body === 'string' ? body : JSON.stringify(body) });
      }
      const lost = fake.network === 'lost';
      const request = http.request(url, { method: options.method, headers: options.header, agent: false }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          if (lost) return failed(options, 'request:fail timeout');
          done(options, { statusCode: response.statusCode, header: response.headers, data: Buffer.concat(parts).toString('utf8') });
        });
      });
      request.on('error', () => failed(options, 'request:fail'));
      request.end(options.data);
    },
    connectSocket(options) {
      note('connectSocket', options);
      const on = { open() {}, message() {}, close() {}, error() {} };
      const socket = new WebSocket(options.url);
      socket.binaryType = 'arraybuffer';
      fake.sockets.push(socket);
      socket.on('open', () => on.open({}));
      socket.on('message', (data, isBinary) => on.message({ data: isBinary ? new Uint8Array(data).slice().buffer : data.toString() }));
      socket.on('close', () => on.close({}));
      socket.on('error', () => on.error({}));
      return {
        onOpen: (f) => { on.open = f; },
        onMessage: (f) => { on.message = f; },
        onClose: (f) => { on.close = f; },
        onError: (f) => { on.error = f; },
        send: ({ data }) => socket.send(typeof data === 'string' ? data : Buffer.from(data)),
        close: () => socket.close(1000),
      };
    },
    onNetworkStatusChange: (listener) => fake.networkListeners.add(listener),
    offNetworkStatusChange: (listener) => fake.networkListeners.delete(listener),
    getRecorderManager: () => fake.recorder.manager,
    onNeedPrivacyAuthorization: (listener) => { fake.privacy.listener = listener; },
    requirePrivacyAuthorize(options) {
      note('requirePrivacyAuthorize', options);
      if (fake.privacy.agreed) return done(options);
      fake.privacy.listener((answer) => {
        fake.privacy.agreed = answer.event === 'agree';
        fake.privacy.answer = answer;
        if (fake.privacy.agreed) done(options);
        else failed(options);
      });
    },
    authorize(options) {
      note('authorize', options);
      fake.authorised = fake.microphone;
      if (fake.microphone) done(options);
      else failed(options);
    },
    getPrivacySetting: (options) => done(options, { needAuthorization: !fake.privacy.agreed, privacyContractName: '' }),
    getSetting: (options) => done(options, { authSetting: { 'scope.record': fake.authorised } }),
    openPrivacyContract: (options) => note('openPrivacyContract', options),
    login: (options) => (fake.loginCode ? done(options, { code: fake.loginCode }) : failed(options)),
    requestSubscribeMessage(options) {
      note('requestSubscribeMessage', options);
      done(options, Object.fromEntries(options.tmplIds.map((id) => [id, fake.subscribed])));
    },
    getAppBaseInfo: () => ({ SDKVersion: '3.7.0', fontSizeSetting: fake.fontSizeSetting }),
    getWindowInfo: () => ({ pixelRatio: 2 }),
    getStorageSync: (key) => (fake.storage.has(key) ? JSON.parse(fake.storage.get(key)) : ''),
    setStorageSync: (key, value) => fake.storage.set(key, JSON.stringify(value)),
    removeStorageSync: (key) => fake.storage.delete(key),
    navigateTo: (options) => note('navigateTo', options),
    redirectTo: (options) => note('redirectTo', options),
    reLaunch: (options) => note('reLaunch', options),
    pageScrollTo: (options) => note('pageScrollTo', options),
    navigateBack: (options) => note('navigateBack', options),
    makePhoneCall: (options) => note('makePhoneCall', options),
    vibrateLong: (options) => note('vibrateLong', options),
    setClipboardData(options) {
      note('setClipboardData', options);
      done(options);
    },
    shareFileMessage(options) {
      note('shareFileMessage', { ...options, text: fake.files.get(options.filePath) });
      done(options);
    },
    getFileSystemManager: () => ({
      writeFile(options) {
        fake.files.set(options.filePath, options.data);
        done(options);
      },
      unlink: ({ filePath }) => fake.files.delete(filePath),
    }),
    createInnerAudioContext() {
      const on = {};
      const sound = {
        currentTime: 0.5,
        onPlay: (f) => { on.play = f; },
        onEnded: (f) => { on.ended = f; },
        onStop: (f) => { on.stop = f; },
        onError: (f) => { on.error = f; },
        play: () => on.play(),
        stop: () => on.stop(),
        end: () => on.ended(),
        destroy() {},
      };
      fake.sounds.push(sound);
      return sound;
    },
    createSelectorQuery() {
      const query = {
        in: () => query,
        select: () => query,
        node(back) {
          query.back = back;
          return query;
        },
        exec() {
          const context = {
            fillStyle: '',
            scale() {},
            fillRect: (x, y, width, height) => fake.drawn.push({ colour: context.fillStyle, x, y, width, height }),
          };
          query.back({ node: { getContext: () => context } });
        },
      };
      return query;
    },
    getRandomValues({ length, success }) {
      success({ randomValues: new Uint8Array(require('crypto').randomBytes(length)).buffer });
    },
    nextTick: (f) => setTimeout(f),
    getSystemInfoSync: () => ({ windowWidth: 375, windowHeight: 667, SDKVersion: '3.7.0', platform: 'ios', pixelRatio: 2 }),
    getDeviceInfo: () => ({ platform: 'ios' }),
    canIUse: () => true,
  };
  return { fake, wx };
}

function createRecorder() {
  const on = {};
  const recorder = {
    running: false,
    options: null,
    frame: (bytes) => on.frame({ frameBuffer: new Uint8Array(bytes).buffer, isLastFrame: false }),
    fail: () => on.error({ errMsg: 'fail' }),
    interrupt: () => on.begin(),
    interruptionEnds: () => on.end(),
    resumed: 0,
  };
  recorder.manager = {
    start(options) {
      recorder.options = options;
      recorder.running = true;
    },
    stop() {
      recorder.running = false;
      setTimeout(() => on.stop({ tempFilePath: '', duration: 0, fileSize: 0 }));
    },
    resume: () => { recorder.resumed += 1; },
    onFrameRecorded: (f) => { on.frame = f; },
    onStop: (f) => { on.stop = f; },
    onError: (f) => { on.error = f; },
    onInterruptionBegin: (f) => { on.begin = f; },
    onInterruptionEnd: (f) => { on.end = f; },
  };
  return recorder;
}

module.exports = { createWx };
