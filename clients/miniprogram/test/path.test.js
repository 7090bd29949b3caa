/** The whole path of a patient, page by page, against the real service. */
const { config, fake, open, openVisit, settings, start, until, visit } = require('./harness');

beforeEach(() => start());

const last = () => fake.pages[fake.pages.length - 1];

/** Answers with the last option until the visit is over, as somebody who knows nothing. */
async function finish(chat) {
  for (let turn = 0; turn < 60 && !chat.data.done; turn += 1) {
    const before = chat.data.lines.length;
    const { options, multiple, scale } = chat.data;
    const choice = options[options.length - 1];
    if (multiple) {
      chat.send(`.option-${choice.id}`, 'change', { checked: true });
      chat.tap('.picked');
    } else if (choice) {
      chat.tap(`.option-${choice.id}`);
    } else if (scale.length) {
      chat.inside('.pain').tap('.number');
      chat.inside('.pain').tap('.done');
    } else {
      chat.tap('.tool-unsure');
    }
    await until(() => chat.data.lines.length > before && !chat.data.sending, `turn ${turn} is answered: ${chat.data.trouble}`);
  }
}

test('the first page names the hospital, says that an AI asks, and dials 120', async () => {
  const page = open('start');
  await until(() => page.text.includes('平安县人民医院'));
  expect(page.text).toContain('AI');
  page.tap('.call');
  page.tap('.begin');
  await until(() => fake.pages.length);
  expect(fake.calls).toContainEqual(['makePhoneCall', expect.objectContaining({ phoneNumber: '120' })]);
  expect(last()).toBe('/pages/consent/consent');
});

test('a visit goes from consent to the result', async () => {
  const consent = open('consent');
  expect(consent.data.purposes.every(({ on }) => !on)).toBe(true);
  expect(consent.data.purposes.map(({ id }) => id)).toEqual(['triage', 'record', 'audio', 'improvement', 'research']);
  consent.send('.purpose-record', 'change', { checked: true });
  consent.tap('.next');
  await until(() => consent.data.trouble);
  expect(fake.pages).toEqual([]);
  consent.send('.purpose-triage', 'change', { checked: true });
  consent.tap('.next');
  await until(() => last() === '/pages/who/who');

  const who = open('who');
  who.tap('.start');
  await until(() => who.data.trouble.includes('给谁问'));
  who.send('.who', 'change', { value: 'self' });
  who.send('.age', 'input', { value: '45' });
  who.send('.sex', 'change', { value: 'female' });
  who.tap('.start');
  await until(() => last() === '/pages/chat/chat');
  expect(JSON.parse(fake.requests.find(({ method }) => method === 'POST').body)).toEqual({
    channel: 'miniprogram', for_self: true, patient: { age: 45, sex: 'female', ref: null },
    consent: { version: '1', scopes: ['triage', 'record'] },
  });
  expect(Object.keys(fake.storage.get('visit') && JSON.parse(fake.storage.get('visit'))).sort()).toEqual(['id', 'token']);

  const chat = open('chat');
  expect(chat.text).toContain(visit.get().reply.text.split('\n')[0]);
  chat.send('.words', 'input', { value: '腰疼三个多月了,左腿也发麻' });
  chat.tap('.send');
  await until(() => chat.data.lines.length >= 3);
  expect(chat.text).toContain('腰疼三个多月了,左腿也发麻');
  expect(chat.text).toContain('腰疼三个多月了,左腿也发麻');
  const [, scrolled] = fake.calls.filter(([name]) => name === 'pageScrollTo').pop();
  expect(chat.find(scrolled.selector).dom.textContent).toBe(chat.data.lines[2].text); // the newest question is in sight
  await finish(chat);
  expect(chat.data.done).toBe(true);
  expect(fake.storage.has('visit')).toBe(false);
  chat.tap('.result');
  await until(() => last() === '/pages/result/result');

  const result = open('result');
  const { assessment, reply } = visit.get();
  for (const { name } of assessment.departments) expect(result.text).toContain(name);
  for (const line of reply.text.split('\n')) expect(result.text).toContain(line);
  expect(result.text).toContain('AI');
  result.tap('.words');
  await until(() => result.text.includes('腰疼三个多月了,左腿也发麻'));
  result.tap('.again');
  await until(() => last() === '/pages/start/start');
  expect(visit.get()).toBe(null);
});

test('a child alone is refused in the words of the service, and a relative must be its guardian', async () => {
  const consent = open('consent');
  consent.send('.purpose-triage', 'change', { checked: true });
  consent.tap('.next');
  await until(() => last() === '/pages/who/who');
  const who = open('who');
  who.send('.who', 'change', { value: 'self' });
  who.send('.age', 'input', { value: '9' });
  who.send('.sex', 'change', { value: 'male' });
  who.tap('.start');
  await until(() => who.data.trouble.includes('监护人'));
  expect(visit.get()).toBe(null);
  who.send('.who', 'change', { value: 'other' });
  who.tap('.start');
  await until(() => who.data.trouble.includes('勾上'));
  expect(visit.get()).toBe(null);
  who.send('.guardian-tick', 'change', { checked: true });
  who.tap('.start');
  await until(() => last() === '/pages/chat/chat');
  expect(visit.get().reply.text).toContain('家里人');
});

test('a warning takes the whole screen and comes back until it is confirmed', async () => {
  await openVisit({ age: 60 });
  const chat = open('chat');
  chat.send('.words', 'input', { value: '腰疼,这两天尿不出来,擦屁股的时候下身发麻' });
  chat.tap('.send');
  await until(() => fake.pages.includes('/pages/alert/alert'), 'the alert opens');
  const alert = open('alert');
  expect(alert.text).toContain(visit.get().alert.text.split('\n')[0]);
  expect(alert.text).toContain('请现在就去急诊');
  expect(fake.calls.some(([name]) => name === 'vibrateLong')).toBe(true);
  await until(() => alert.text.includes('急诊科,或拨打120'));
  alert.tap('.call');
  await until(() => fake.calls.some(([name, options]) => name === 'makePhoneCall' && options.phoneNumber === '120'));
  // Swiped away without reading.
  alert.close();
  chat.show();
  expect(fake.pages.filter((page) => page === '/pages/alert/alert')).toHaveLength(2);
  const again = open('alert');
  again.tap('.understood');
  await until(() => fake.calls.some(([name]) => name === 'navigateBack'));
  chat.show();
  expect(fake.pages.filter((page) => page === '/pages/alert/alert')).toHaveLength(2);
  expect(chat.text).toContain(visit.get().alert.text.split('\n')[0]);
});

test('pain is told on a scale of the numbers that the question offers', async () => {
  await openVisit();
  const chat = open('chat');
  chat.send('.words', 'input', { value: '右膝盖疼了一个星期,上下楼梯疼' });
  chat.tap('.send');
  await until(() => chat.data.lines.length >= 3);
  for (let turn = 0; turn < 30 && !chat.data.scale.length; turn += 1) {
    const before = chat.data.lines.length;
    const { options, multiple } = chat.data;
    const id = (options.find((option) => /没有|都没有|一样/.test(option.label)) || options[options.length - 1]).id;
    if (multiple) {
      chat.send(`.option-${id}`, 'change', { checked: true });
      chat.tap('.picked');
    } else {
      chat.tap(`.option-${id}`);
    }
    await until(() => chat.data.lines.length > before && !chat.data.sending);
  }
  expect(chat.data.scale.map(({ label }) => label)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  const pain = chat.inside('.pain');
  expect(pain.all('.number')).toHaveLength(11);
  const before = chat.data.lines.length;
  pain.tap('.done'); // nothing chosen yet
  pain.send('.slider', 'change', { value: 7 });
  await until(() => document.body.textContent.includes('7 分'));
  pain.tap('.done');
  await until(() => chat.data.lines.length > before);
  expect(chat.data.lines.some(({ who, text }) => who === 'you' && text === '7 分')).toBe(true);
  const turn = fake.requests.filter(({ path }) => path.endsWith('/turns')).pop();
  expect(JSON.parse(turn.body)).toEqual({ choices: [expect.stringContaining('7')] });
});

test('places are tapped on a picture, left and right as the patient has them', async () => {
  await openVisit();
  const chat = open('chat');
  chat.tap('.places');
  await until(() => chat.find('.body'));
  const body = chat.inside('.body');
  expect(body.all('.place').length).toBeGreaterThan(20);
  const at = (name) => {
    const { instance } = chat.find('.body');
    const place = instance.data.places.find((one) => one.name === name);
    return place && place.x;
  };
  expect(at('右膝盖')).toBeLessThan(at('左膝盖')); // he faces us
  body.tap('.place');
  await until(() => chat.find('.body').instance.data.words === '头');
  body.tap('.place'); // taken back
  await until(() => chat.find('.body').instance.data.words === '');
  chat.find('.body').instance.show('back', []);
  expect(at('左腿弯')).toBeLessThan(at('右腿弯')); // he turns his back to us
  chat.find('.body').instance.pick({ currentTarget: { dataset: { name: '左腿弯' } } });
  body.tap('.done');
  await until(() => chat.data.words === '左腿弯');
  expect(chat.find('.body')).toBeFalsy();
  chat.send('.words', 'input', { value: '左腿弯疼' });
  chat.tap('.send');
  await until(() => chat.data.lines.length >= 3);
});

test('why, skip, unsure and back are said to the service', async () => {
  await openVisit();
  const chat = open('chat');
  chat.send('.words', 'input', { value: '腰疼三个月' });
  chat.tap('.send');
  await until(() => chat.data.lines.length >= 3);
  for (const [tool, text] of [['why', '为什么问这个'], ['back', '上一题'], ['unsure', '不知道'], ['skip', '跳过']]) {
    const before = chat.data.lines.length;
    chat.tap(`.tool-${tool}`);
    await until(() => chat.data.lines.length === before + 2, text);
    expect(chat.data.lines[before].text).toBe(text);
    expect(chat.data.trouble).toBe('');
  }
});

test('the letters follow WeChat, then the switch', async () => {
  fake.fontSizeSetting = 23;
  const page = open('start');
  expect(page.data).toMatchObject({ elder: true, size: 24 });
  page.tap('.larger');
  page.tap('.larger');
  await until(() => page.data.size === 30);
  page.close();
  settings.reset(); // the program is closed and started again
  const again = open('start');
  expect(again.data.size).toBe(30);
  again.send('.elder-switch', 'change', { value: false });
  expect(again.data).toMatchObject({ elder: false, size: 18 });
  again.close();
  settings.reset();
  expect(open('chat').data.elder).toBe(false);
});

test('every page says that an AI asks and calls a person', async () => {
  await openVisit();
  await visit.say({ text: '腰疼,这两天尿不出来,擦屁股的时候下身发麻' }, '腰疼');
  for (const name of require('../app/app.json').pages) {
    const page = open(name.split('/').pop());
    expect(page.text).toMatch(/AI由人工智能提问,不是医生/);
    page.inside('.frame').tap('.person');
    await until(() => page.text.includes('请护士来帮我') && page.text.includes('0571-0000'), name);
    page.inside('.frame').tap('.emergency');
    page.close();
  }
  await until(() => fake.calls.filter(([call]) => call === 'makePhoneCall').length === 7);
});

test('the hospital signs in with WeChat only when it wants to', async () => {
  config.login = true;
  try {
    await openVisit(); // this service has no mini-program: the visit opens all the same
    expect(visit.get().key.token).toHaveLength(43);
    expect(fake.requests.some(({ path }) => path === '/v1/wechat/login')).toBe(true);
    start();
    fake.stand_ins.push(['POST', /wechat\/login$/, 200, { ref_token: 'ref-of-the-hospital', expires_seconds: 600 }]);
    await openVisit();
    const opening = fake.requests.find(({ path }) => path === '/v1/sessions');
    expect(JSON.parse(opening.body).patient.ref).toBe('ref-of-the-hospital');
  } finally {
    config.login = false;
  }
});
