/** Hold to talk: privacy first, then frames, confirmation, fallback, calls in between, lost sockets. */
const { api, config, fake, open, openVisit, start, until, visit } = require('./harness');
const { createFrames } = require('../app/lib/frames');
const { startVoice } = require('./voice-server');

let voice;
const server = config.server;

beforeEach(async () => {
  start();
  voice = await startVoice(server);
  // Only the socket goes to the scripted voice; everything else to the service.
  jest.spyOn(api, 'voiceUrl').mockImplementation((key) => `${voice.url.replace('http', 'ws')}/v1/sessions/${key.id}/voice`);
});

afterEach(async () => {
  start();
  await voice.close();
  jest.restoreAllMocks();
});

/** The chat with a microphone that was allowed earlier. */
async function talkingChat() {
  fake.privacy.agreed = true;
  fake.authorised = true;
  await openVisit();
  const chat = open('chat');
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  return chat;
}

/** Holds the button, talks for a while, lets go. */
async function say(chat, { frames = 4, bytes = 2048 } = {}) {
  await until(() => !chat.data.holding);
  chat.touch('.hold', 'touchstart');
  await until(() => chat.data.holding);
  for (let n = 0; n < frames; n += 1) fake.recorder.frame(bytes);
  chat.touch('.hold', 'touchend');
}

test('the first hold asks for privacy in our words, and a refusal keeps words and taps', async () => {
  await openVisit();
  const chat = open('chat');
  chat.touch('.hold', 'touchstart');
  await until(() => chat.find('.ask-privacy').instance.data.asking);
  expect(fake.recorder.options).toBe(null);
  expect(chat.text).toContain('录下您的声音');
  chat.inside('.ask-privacy').tap('.terms');
  await until(() => fake.calls.some(([name]) => name === 'openPrivacyContract'));
  chat.inside('.ask-privacy').tap('.refuse');
  await until(() => chat.data.voice === 'off');
  expect(fake.privacy.answer).toEqual({ event: 'disagree' });
  expect(chat.find('.hold')).toBeFalsy();
  expect(fake.sockets.filter(({ readyState }) => readyState < 2)).toHaveLength(0);
  chat.send('.words', 'input', { value: '腰疼' });
  chat.tap('.send');
  await until(() => chat.data.lines.length >= 3);
});

test('who agrees is asked for the microphone, and talks at the next hold', async () => {
  await openVisit();
  const chat = open('chat');
  chat.touch('.hold', 'touchstart');
  await until(() => chat.find('.ask-privacy').instance.data.asking);
  chat.inside('.ask-privacy').send('.agree', 'agreeprivacyauthorization', {});
  await until(() => chat.data.voiceNote.includes('请按住'));
  expect(fake.privacy.answer).toEqual({ event: 'agree', buttonId: 'agree' });
  expect(fake.calls).toContainEqual(['authorize', expect.objectContaining({ scope: 'scope.record' })]);
  await say(chat);
  await until(() => chat.text.includes('腰疼三个月了') && chat.data.lines.length >= 3);
});

test('what is said becomes frames that the service takes, and a turn of the visit', async () => {
  const chat = await talkingChat();
  await say(chat, { frames: 5, bytes: 2048 });
  await until(() => chat.data.lines.length >= 3);
  expect(fake.recorder.options).toMatchObject({ format: 'PCM', sampleRate: 16000, numberOfChannels: 1 });
  // 5 × 2,048 bytes: three whole frames and the rest.
  expect(voice.frames).toEqual([3200, 3200, 3200, 640]);
  expect(voice.hears[0]).toMatchObject({ type: 'start', token: visit.get().key.token, mode: 'push' });
  expect(voice.paths[0]).not.toContain(visit.get().key.token);
  expect(chat.data.lines[1]).toMatchObject({ who: 'you', text: '腰疼三个月了' });
  // The same socket serves the next answer.
  voice.next = { text: '没有' };
  await say(chat);
  await until(() => chat.data.lines.length >= 5);
  expect(voice.sockets).toHaveLength(1);
  expect(voice.hears.filter(({ type }) => type === 'start')).toHaveLength(2);
});

test('nothing counts until a doubtful sentence is confirmed', async () => {
  const chat = await talkingChat();
  voice.next = { text: '腰间盘突出', confirm: '您是说“腰间盘突出”,对吗?' };
  await say(chat);
  await until(() => chat.data.confirm);
  expect(chat.text).toContain('您是说“腰间盘突出”,对吗?');
  expect(chat.data.lines).toHaveLength(1);
  chat.tap('.confirm-yes');
  await until(() => chat.data.lines.length >= 3);
  expect(voice.hears).toContainEqual({ type: 'text', choices: ['yes'] });
  expect(chat.data.confirm).toBe(null);
});

test('a typed sentence takes the place of one to be confirmed, and "no" brings the fallback', async () => {
  const chat = await talkingChat();
  voice.next = { text: '腰间盘突出', confirm: '您是说“腰间盘突出”,对吗?' };
  await say(chat);
  await until(() => chat.data.confirm);
  chat.tap('.confirm-no');
  await until(() => chat.data.fallback);
  expect(chat.text).toContain('那您再说一次,或者打字。');
  expect(chat.data.lines).toHaveLength(1);
  await say(chat);
  await until(() => chat.data.confirm);
  chat.send('.words', 'input', { value: '腰疼得厉害' });
  chat.tap('.send');
  await until(() => chat.data.lines.length >= 3);
  expect(voice.hears).toContainEqual({ type: 'text', text: '腰疼得厉害' });
  expect(chat.data.lines[1].text).toBe('腰疼得厉害');
});

test('what was not understood is said, with everything still offered', async () => {
  const chat = await talkingChat();
  voice.next = { text: '嗯', fallback: '对不起,我没听清。' };
  await say(chat);
  await until(() => chat.data.fallback);
  expect(chat.text).toContain('对不起,我没听清。');
  for (const selector of ['.words', '.hold', '.tool-unsure']) expect(chat.find(selector)).toBeTruthy();
});

test('a server without a recogniser turns the microphone off and nothing else', async () => {
  voice.hasRecogniser = false;
  const chat = await talkingChat();
  // The answer may come at once: nobody can let go before it.
  chat.touch('.hold', 'touchstart');
  await until(() => chat.data.voice === 'off');
  expect(chat.text).toContain('这里听不了声音');
  expect(chat.find('.words')).toBeTruthy();
});

test('a telephone call in between stops and goes on', async () => {
  const chat = await talkingChat();
  chat.touch('.hold', 'touchstart');
  await until(() => chat.data.holding);
  fake.recorder.frame(3200);
  fake.recorder.interrupt();
  await until(() => chat.data.voiceNote.includes('停'));
  fake.recorder.interruptionEnds();
  await until(() => chat.data.voiceNote.includes('接着说'));
  expect(fake.recorder.resumed).toBeGreaterThan(0);
  fake.recorder.frame(3200);
  chat.touch('.hold', 'touchend');
  await until(() => chat.data.lines.length >= 3);
  expect(voice.frames).toEqual([3200, 3200]);
});

test('a lost socket is said and opened again at the next hold', async () => {
  const chat = await talkingChat();
  chat.touch('.hold', 'touchstart');
  await until(() => voice.hears.length);
  voice.sockets[0].terminate();
  await until(() => chat.data.voiceNote.includes('断了'));
  expect(chat.data.holding).toBe(false);
  await say(chat);
  await until(() => chat.data.lines.length >= 3);
  expect(voice.sockets).toHaveLength(2);
  expect(voice.hears.filter(({ token }) => token)).toHaveLength(2);
});

test('what the service says is played when wanted, reported, and stops when the patient talks', async () => {
  voice.speak = Buffer.from('RIFF');
  const chat = await talkingChat();
  chat.send('.speak-switch', 'change', { value: true });
  await say(chat);
  await until(() => voice.hears.some(({ type, state }) => type === 'playback' && state === 'started'));
  expect(voice.hears.find(({ type }) => type === 'start').audio).toBe(true);
  await say(chat);
  await until(() => voice.hears.some(({ type, state }) => type === 'playback' && state === 'stopped'));
  expect(voice.hears.find(({ state }) => state === 'stopped')).toMatchObject({ id: 3, played_ms: 500 });
  expect(fake.files.size).toBeLessThanOrEqual(1);
});

test('a warning heard by voice keeps the socket until it is confirmed, and tells the service', async () => {
  const chat = await talkingChat();
  voice.next = { text: '腰疼,这两天尿不出来,擦屁股的时候下身发麻' };
  await say(chat);
  await until(() => fake.pages.includes('/pages/alert/alert'));
  chat.hide();
  const alert = open('alert');
  expect(voice.hears.some(({ type }) => type === 'acknowledge')).toBe(false);
  alert.tap('.understood');
  await until(() => fake.calls.some(([name]) => name === 'navigateBack'));
  alert.close();
  chat.show();
  await until(() => voice.hears.some(({ type }) => type === 'acknowledge'));
  expect(voice.sockets).toHaveLength(1);
});

test('leaving the page closes socket and microphone', async () => {
  const chat = await talkingChat();
  await say(chat);
  await until(() => chat.data.lines.length >= 3);
  chat.hide();
  await until(() => fake.sockets[fake.sockets.length - 1].readyState >= 2);
});

test('frames of any size become frames of 20 to 100 ms, and no byte is lost', () => {
  for (const sizes of [[1], [640], [3199, 1], [10000], [2048, 2048, 2048], [1, 1, 1], [6400]]) {
    const sent = [];
    const frames = createFrames((frame) => sent.push(new Uint8Array(frame)));
    let n = 0;
    const given = sizes.flatMap((size) => {
      const bytes = Uint8Array.from({ length: size }, () => (n += 1) % 251 + 1);
      frames.add(bytes.buffer);
      return [...bytes];
    });
    frames.flush();
    for (const frame of sent) {
      expect(frame.length % 2).toBe(0);
      expect(frame.length).toBeGreaterThanOrEqual(640);
      expect(frame.length).toBeLessThanOrEqual(3200);
    }
    const all = sent.flatMap((frame) => [...frame]);
    expect(all.slice(0, given.length)).toEqual(given);
    expect(all.slice(given.length).every((byte) => byte === 0)).toBe(true);
  }
});
