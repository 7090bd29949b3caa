/** Weak networks, double taps, restarts, visits that are gone. */
const { api, fake, open, openVisit, start, until, visit } = require('./harness');

beforeEach(() => start());

const turns = () => fake.requests.filter(({ path }) => path.endsWith('/turns'));
const last = () => fake.pages[fake.pages.length - 1];

async function type(chat, text) {
  chat.send('.words', 'input', { value: text });
  chat.tap('.send');
}

test('an answer that was taken but whose reply was lost counts once', async () => {
  await openVisit();
  const chat = open('chat');
  fake.network = 'lost';
  await type(chat, '腰疼三个月了');
  await until(() => turns().length === 2);
  fake.network = 'up';
  await until(() => chat.data.lines.length >= 3);
  expect(turns().length).toBeGreaterThan(1);
  expect(new Set(turns().map(({ header }) => header['idempotency-key'])).size).toBe(1);
  const past = await api.findSession(visit.get().key);
  expect(past.turns).toHaveLength(1);
  expect(chat.data).toMatchObject({ trouble: '', pending: '' });
});

test('without a network one answer waits, is said to wait, and goes when the network is back', async () => {
  await openVisit();
  const chat = open('chat');
  fake.network = 'down';
  await type(chat, '腰疼三个月了');
  await until(() => chat.data.trouble);
  expect(chat.text).toContain('还没有送到');
  expect(chat.text).toContain('腰疼三个月了');
  const tried = turns().length;
  expect(tried).toBe(4);
  expect(chat.find('.send')).toBeFalsy(); // one at a time
  chat.tap('.again');
  await until(() => turns().length > tried && !chat.data.sending);
  expect(chat.text).toContain('还没有送到');
  fake.networkBack();
  await until(() => chat.data.lines.length >= 3);
  expect(new Set(turns().map(({ header }) => header['idempotency-key'])).size).toBe(1);
  expect((await api.findSession(visit.get().key)).turns).toHaveLength(1);
});

test('a service that is busy is asked again, and says itself why', async () => {
  await openVisit();
  const chat = open('chat');
  fake.stand_ins.push(['POST', /turns$/, 503, { code: 'timeout', detail: '系统忙,没能及时回复。' }]);
  await type(chat, '腰疼');
  await until(() => chat.data.trouble);
  expect(chat.text).toContain('系统忙,没能及时回复。');
  expect(turns()).toHaveLength(4);
  fake.stand_ins.length = 0;
  chat.tap('.again');
  await until(() => chat.data.lines.length >= 3);
});

test('two taps at once are one answer', async () => {
  await openVisit();
  const chat = open('chat');
  chat.send('.words', 'input', { value: '腰疼三个月了' });
  chat.tap('.send');
  chat.tap('.send');
  chat.tap('.tool-unsure');
  await until(() => chat.data.lines.length >= 3);
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  expect(turns()).toHaveLength(1);
  expect(chat.data.lines).toHaveLength(3);
});

test('after a restart the visit goes on where it was', async () => {
  await openVisit();
  let chat = open('chat');
  await type(chat, '腰疼三个月了');
  await until(() => chat.data.lines.length >= 3);
  const before = chat.data.lines.map(({ text }) => text);
  const kept = new Map(fake.storage);
  start();
  fake.storage = kept;
  const first = open('start');
  expect(first.data.kept).toBe(true);
  first.tap('.resume');
  await until(() => last() === '/pages/chat/chat');
  chat = open('chat');
  expect(chat.data.lines.map(({ text }) => text)).toEqual(before);
  expect(chat.data.options.length + chat.data.scale.length).toBeGreaterThan(0);
});

test('a visit that the service does not know is said to be gone, and forgotten', async () => {
  fake.storage.set('visit', JSON.stringify({ id: '01890000-0000-7000-8000-000000000000', token: 'x'.repeat(43) }));
  const first = open('start');
  first.tap('.resume');
  await until(() => first.data.trouble.includes('重新开始'));
  expect(fake.storage.has('visit')).toBe(false);
  expect(first.data.kept).toBe(false);
});

test('a token that is no longer good ends the visit on the first page', async () => {
  await openVisit();
  const chat = open('chat');
  visit.get().key.token = 'wrong';
  await type(chat, '腰疼');
  await until(() => last() === '/pages/start/start');
  expect(fake.storage.has('visit')).toBe(false);
  expect(open('start').data.farewell).toContain('重新开始');
});

test('an option that is no longer open brings the question that is', async () => {
  await openVisit();
  const chat = open('chat');
  const { key } = visit.get();
  // The same visit goes on elsewhere, say by voice.
  await api.takeTurn(key, { text: '左膝盖疼了一个星期' }, 'elsewhere');
  const { id } = chat.data.options[chat.data.options.length - 1];
  visit.say({ choices: [`${id}-gone`] }, '说不清');
  await until(() => chat.data.trouble && chat.data.lines.length >= 3);
  expect(chat.data.lines[1].text).toBe('左膝盖疼了一个星期');
  expect(chat.data.pending).toBe('');
});

test('a hospital that cannot be reached is said on the first page', async () => {
  fake.network = 'down';
  const page = open('start');
  await until(() => page.data.trouble.includes('连不上'));
  fake.network = 'up';
  page.tap('.retry');
  await until(() => page.text.includes('平安县人民医院'));
  expect(page.data.trouble).toBe('');
});

test('nothing of what was said is kept on the phone', async () => {
  await openVisit();
  const chat = open('chat');
  await type(chat, '金丝雀7391腰疼');
  await until(() => chat.data.lines.length >= 3);
  for (const value of fake.storage.values()) expect(value).not.toContain('金丝雀');
  expect([...fake.storage.keys()].sort()).toEqual(['visit']);
});
