/** Export, consent, erasing, calling a person, the code for the doctor, follow-up. */
const { config, fake, open, openVisit, standIn, start, until, visit } = require('./harness');

const SESSION = '/v1/sessions/{id}';
const last = () => fake.pages[fake.pages.length - 1];

beforeEach(() => start());

async function openTalk() {
  await openVisit();
  await visit.say({ text: '腰疼三个月了' }, '腰疼三个月了');
  return open('mine');
}

test('the record is read in words and copied', async () => {
  const mine = await openTalk();
  mine.tap('.read');
  await until(() => mine.data.record.includes('腰痛'));
  expect(mine.text).toContain('【主诉】');
  mine.tap('.copy');
  await until(() => mine.data.note.includes('复制好了'));
  expect(fake.calls.find(([name]) => name === 'setClipboardData')[1].data).toBe(mine.data.record);
});

test('everything held is given as a file, which does not stay on the phone', async () => {
  standIn(`${SESSION}/export`, 'GET', /export$/, 200, { session_id: 'x', turns: [{ text: '腰疼三个月了' }] });
  const mine = await openTalk();
  mine.tap('.export');
  await until(() => mine.data.note || mine.data.trouble);
  expect(mine.data.note).toBe('文件送出去了。');
  const [, shared] = fake.calls.find(([name]) => name === 'shareFileMessage');
  expect(shared.text).toContain('腰疼三个月了');
  expect(fake.files.size).toBe(0);
});

test('a purpose is withdrawn, and the service is told which remain', async () => {
  standIn(`${SESSION}/consent`, 'POST', /consent$/, 200, {});
  const mine = await openTalk();
  expect(mine.data.purposes.filter(({ on }) => on).map(({ id }) => id)).toEqual(['triage', 'record']);
  mine.send('.purpose-record', 'change', { checked: false });
  mine.tap('.change');
  await until(() => mine.data.note || mine.data.trouble);
  expect(mine.data.note).toBe('改好了,马上算数。');
  const told = fake.requests.find(({ path }) => path.endsWith('/consent'));
  expect(JSON.parse(told.body)).toEqual({ version: '1', scopes: ['triage'] });
});

test('erasing asks twice, tells the service, and forgets', async () => {
  standIn(SESSION, 'DELETE', /sessions\/[^/]+$/, 204, '');
  const mine = await openTalk();
  mine.tap('.erase');
  await until(() => mine.data.sure);
  mine.tap('.erase-not');
  await until(() => !mine.data.sure);
  expect(fake.requests.some(({ method }) => method === 'DELETE')).toBe(false);
  mine.tap('.erase');
  await until(() => mine.data.sure);
  mine.tap('.erase-now');
  await until(() => last() === '/pages/start/start');
  expect(fake.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  expect(visit.get()).toBe(null);
  expect(fake.storage.has('visit')).toBe(false);
  expect(open('start').text).toContain('已经删除');
});

test('erasing that did not work keeps the visit and says so', async () => {
  const mine = await openTalk();
  mine.tap('.erase');
  await until(() => mine.data.sure);
  fake.network = 'down';
  mine.tap('.erase-now');
  await until(() => mine.data.trouble.includes('网络'));
  expect(visit.get()).not.toBe(null);
  expect(fake.pages).toEqual([]);
});

test('a person is called with what was said so far', async () => {
  await openVisit();
  const chat = open('chat');
  const { question } = visit.get().reply;
  chat.inside('.frame').tap('.person');
  await until(() => chat.text.includes('请护士来帮我'));
  chat.inside('.frame').tap('.nurse');
  await until(() => chat.find('.frame').instance.data.answer);
  expect(chat.find('.frame').instance.data.answer).toContain('叫人了');
  // While waiting the open question stays: a danger may still be told.
  expect(visit.get().reply).toMatchObject({ question, done: false });
  expect(chat.find('.words')).toBeTruthy();
});

test('who cannot be called is said, with what to do instead', async () => {
  await openVisit();
  const chat = open('chat');
  fake.network = 'down';
  chat.inside('.frame').tap('.person');
  await until(() => chat.text.includes('请护士来帮我'));
  chat.inside('.frame').tap('.nurse');
  await until(() => chat.text.includes('请到导诊台找护士,或者打电话'));
});

test('the code for the doctor stands in letters and as a QR code that reads the same', async () => {
  const jsQR = require('jsqr');
  await openVisit();
  await visit.say({ text: '腰疼三个月了' }, '腰疼三个月了');
  if (!visit.get().code) visit.get().code = '7K3M-PQ2X'; // a service before the code was in the contract
  const { code } = visit.get();
  const result = open('result');
  expect(result.text).toContain(code);
  // The simulator tells `ready` only to what stood there from the start.
  result.find('.qr-code')._exparserNode.triggerLifeTime('ready');
  await until(() => fake.drawn.length > 1);
  const size = 200;
  const scale = 3;
  const pixels = new Uint8ClampedArray(size * scale * size * scale * 4);
  for (const { colour, x, y, width, height } of fake.drawn) {
    const value = colour === '#ffffff' ? 255 : 0;
    for (let row = Math.round(y * scale); row < Math.min(size * scale, Math.round((y + height) * scale)); row += 1) {
      for (let column = Math.round(x * scale); column < Math.min(size * scale, Math.round((x + width) * scale)); column += 1) {
        pixels.fill(value, (row * size * scale + column) * 4, (row * size * scale + column) * 4 + 3);
        pixels[(row * size * scale + column) * 4 + 3] = 255;
      }
    }
  }
  expect(jsQR(pixels, size * scale, size * scale).data).toBe(code);
});

test('a reminder is asked for only where there are templates, and a refusal is fine', async () => {
  await openVisit();
  await visit.say({ text: '腰疼三个月了' }, '腰疼三个月了');
  expect(open('result').find('.remind')).toBeFalsy();
  config.followUpTemplates = ['template-1'];
  try {
    for (const [answer, words] of [['reject', '不提醒也一样看病'], ['accept', '用微信提醒您']]) {
      fake.subscribed = answer;
      const result = open('result');
      result.tap('.remind');
      await until(() => result.data.note.includes(words));
      result.close();
    }
    expect(fake.calls.filter(([name]) => name === 'requestSubscribeMessage')[0][1].tmplIds).toEqual(['template-1']);
  } finally {
    config.followUpTemplates = [];
  }
});
