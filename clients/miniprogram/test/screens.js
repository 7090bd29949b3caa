/**
 * Pictures of every page in `build/screens/`, drawn by Chromium from what the simulator rendered against
 * the real service. Not WeChat's own drawing: for judging words, order and size.
 */
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { fake, open, openVisit, settings, start, until, visit, ROOT } = require('./harness');

const OUT = path.join(__dirname, '../build/screens');
const CHROMIUM = process.env.CHROMIUM || 'chromium';
const shots = [];

/** The simulator prefixes the classes of each component; here they share one sheet. */
function styles() {
  const sheets = [path.join(ROOT, 'app.wxss')];
  for (const folder of ['components', 'pages']) {
    for (const name of fs.readdirSync(path.join(ROOT, folder))) sheets.push(path.join(ROOT, folder, name, `${name}.wxss`));
  }
  const tdesign = path.join(ROOT, 'miniprogram_npm/tdesign-miniprogram');
  const theirs = ['icon', 'loading', 'button', 'checkbox', 'radio', 'radio-group', 'switch', 'slider']
    .map((name) => path.join(tdesign, name, `${name}.wxss`));
  const text = [...theirs, ...sheets].map((file) => fs.readFileSync(file, 'utf8').replace(/@import[^;]*;/g, '')).join('\n');
  const px = text.replace(/([\d.]+)rpx/g, (_, n) => `${n / 2}px`);
  return `${px.replace(/(?<![.\w-])page(?=\s*\{)/g, 'body')}
    body { margin: 0; font-family: 'Noto Sans CJK SC', sans-serif; }
    wx-view, page-frame, wx-button, wx-textarea, wx-canvas { display: block; box-sizing: border-box; }
    wx-button { text-align: center; } wx-textarea, wx-input { display: block; min-height: 2.6em; }`;
}

function keep(name, page) {
  shots.push([name, page]);
  fs.mkdirSync(OUT, { recursive: true });
  const html = document.body.innerHTML.replace(/class="([^"]*)"/g, (_, classes) => `class="${
    classes.split(/\s+/).map((one) => one.replace(/^[a-z-]+?--(t-.*)$/, '$1').replace(/^(?:page-[a-z]+|privacy-ask|body-picker|pain-slider|qr-code)--/, '')).join(' ')}"`);
  const file = path.join(OUT, `${name}.html`);
  fs.writeFileSync(file, `<!doctype html><meta charset="utf-8"><style>${styles()}</style>${html}`);
  execFileSync(CHROMIUM, [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--hide-scrollbars', `--user-data-dir=${path.join(OUT, '../chromium')}`,
    '--window-size=500,1300', `--screenshot=${path.join(OUT, `${name}.png`)}`, `file://${file}`,
  ], { stdio: 'pipe' });
}

test('screens', async () => {
  for (const elder of [false, true]) {
    const end = elder ? '-elder' : '';
    start();
    settings.setElder(elder);
    let page = open('start');
    await until(() => page.text.includes('人民医院'));
    keep(`1-start${end}`, page);
    page.close();
    page = open('consent');
    keep(`2-consent${end}`, page);
    page.close();
    page = open('who');
    page.send('.who', 'change', { value: 'other' });
    page.send('.age', 'input', { value: '9' });
    await until(() => page.find('.guardian-tick'));
    keep(`3-who${end}`, page);
    page.close();
    await openVisit();
    let chat = open('chat');
    chat.tap('.places');
    await until(() => chat.find('.body'));
    chat.find('.body').instance.show('front', ['右膝盖']);
    keep(`4-body${end}`, chat);
    chat.tap('.tool-unsure');
    chat.close();
    start();
    settings.setElder(elder);
    await openVisit();
    chat = open('chat');
    for (const text of ['右膝盖疼了一个星期,上下楼梯疼', '没有', '没有', '没有', '没有', '没有', '没有']) {
      if (chat.data.scale.length) break;
      const before = chat.data.lines.length;
      chat.send('.words', 'input', { value: text });
      chat.tap('.send');
      await until(() => chat.data.lines.length > before && !chat.data.sending);
      if (chat.data.multiple) keep(`5-several${end}`, chat);
    }
    keep(`6-chat${end}`, chat);
    for (let turn = 0; turn < 40 && !chat.data.done; turn += 1) {
      const before = chat.data.lines.length;
      visit.say({ text: '不知道' }, '不知道');
      await until(() => chat.data.lines.length > before && !chat.data.sending);
    }
    chat.close();
    visit.get().code = visit.get().code || '7K3M-PQ2X';
    const result = open('result');
    keep(`7-result${end}`, result);
    result.inside('.frame').tap('.person');
    await until(() => result.text.includes('请护士来帮我'));
    keep(`8-person${end}`, result);
    result.close();
    page = open('mine');
    keep(`9-mine${end}`, page);
    page.close();
    start();
    settings.setElder(elder);
    await openVisit({ age: 60 });
    await visit.say({ text: '腰疼,这两天尿不出来,擦屁股的时候下身发麻' }, '腰疼');
    page = open('alert');
    await until(() => page.text.includes('120'));
    keep(`91-alert${end}`, page);
    page.close();
  }
  expect(shots.length).toBeGreaterThan(15);
  expect(fake.calls).toBeTruthy();
}, 300000);
