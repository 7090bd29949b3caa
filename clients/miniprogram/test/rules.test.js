/** What holds for every file: one adapter, no personal fields, privacy switched on, types, packing. */
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const ROOT = path.join(__dirname, '..');
const APP = path.join(ROOT, 'app');
const app = require('../app/app.json');

function files(end, folder = APP) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.name === 'miniprogram_npm') return [];
    if (entry.isDirectory()) return files(end, file);
    return file.endsWith(end) ? [file] : [];
  });
}
const read = (file) => fs.readFileSync(file, 'utf8');

test('only the adapter names wx', () => {
  const naming = files('.js').filter((file) => /\bwx\s*\./.test(read(file)));
  expect(naming.map((file) => path.relative(APP, file))).toEqual(['lib/platform.js']);
});

test('every page exists, stands in the frame, and is a page of the same kind', () => {
  for (const page of app.pages) {
    for (const end of ['js', 'json', 'wxml', 'wxss']) expect(fs.existsSync(path.join(APP, `${page}.${end}`))).toBe(true);
    expect(read(path.join(APP, `${page}.wxml`))).toMatch(/^<page-frame /);
  }
});

test('every component that is named exists', () => {
  for (const file of files('.json')) {
    for (const place of Object.values(JSON.parse(read(file)).usingComponents || {})) {
      expect([file, place, fs.existsSync(path.join(APP, `${place}.js`))]).toEqual([file, place, true]);
    }
  }
});

test('privacy is checked, and no name, picture, place or number of the patient is asked for', () => {
  expect(app.__usePrivacyCheck__).toBe(true);
  const all = [...files('.js'), ...files('.wxml'), ...files('.json')].map(read).join('\n');
  for (const word of [
    'getUserProfile', 'getUserInfo', 'chooseAvatar', 'type="nickname"', 'getPhoneNumber', 'getLocation', 'chooseLocation',
    'chooseImage', 'chooseMedia', 'createCameraContext', 'getFuzzyLocation', '<camera', '<live-',
  ]) expect(all).not.toContain(word);
  expect(read(path.join(APP, 'components/privacy/privacy.wxml'))).toContain('open-type="agreePrivacyAuthorization"');
});

test('no other host is named', () => {
  const all = [...files('.js'), ...files('.wxml'), ...files('.wxss'), ...files('.json')].map(read).join('\n');
  const hosts = [...all.matchAll(/(?:https?|wss?):\/\/([\w.-]+)/g)].map(([, host]) => host);
  expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
});

test('the types hold against the API as the running service describes it', () => {
  fs.mkdirSync(path.join(ROOT, 'build'), { recursive: true });
  const bin = (name) => path.join(ROOT, 'node_modules/.bin', name);
  execFileSync(bin('openapi-typescript'), [`${process.env.JIWEN_URL}/openapi.json`, '-o', 'build/api.d.ts'], { cwd: ROOT, stdio: 'pipe' });
  for (const project of ['tsconfig.json', 'tsconfig.running.json']) {
    try {
      execFileSync(bin('tsc'), ['-p', project], { cwd: ROOT, stdio: 'pipe' });
    } catch (error) {
      throw new Error(`${project}: ${error.stdout}`);
    }
  }
}, 120000);

test('the npm packages lie where the developer tool looks for them', () => {
  const project = JSON.parse(read(path.join(ROOT, 'project.config.json')));
  expect(project.miniprogramRoot).toBe('app/');
  for (const { packageJsonPath, miniprogramNpmDistDir } of project.setting.packNpmRelationList) {
    for (const name of Object.keys(JSON.parse(read(path.join(ROOT, packageJsonPath))).dependencies)) {
      expect(fs.existsSync(path.join(ROOT, miniprogramNpmDistDir, 'miniprogram_npm', name))).toBe(true);
    }
  }
});
