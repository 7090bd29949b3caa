/**
 * Puts the npm packages where the mini-program finds them: `app/miniprogram_npm`. Does offline what
 * 工具 → 构建 npm does in WeChat's developer tool.
 */
const fs = require('fs');
const path = require('path');
const ci = require('miniprogram-ci');

const root = path.join(__dirname, '..');

async function pack() {
  fs.rmSync(path.join(root, 'app/miniprogram_npm'), { recursive: true, force: true });
  const { miniProgramPackNum, warnList } = await ci.packNpmManually({
    packageJsonPath: path.join(root, 'package.json'),
    miniprogramNpmDistDir: path.join(root, 'app'),
  });
  for (const { msg } of warnList || []) console.warn(msg);
  const wanted = Object.keys(require('../package.json').dependencies);
  const missing = wanted.filter((name) => !fs.existsSync(path.join(root, 'app/miniprogram_npm', name)));
  if (missing.length) throw new Error(`not packed: ${missing.join(', ')}`);
  console.log(`packed ${wanted.length} packages (${miniProgramPackNum} of them made for mini-programs)`);
}

pack().catch((error) => {
  console.error(String(error && error.message || error));
  process.exit(1);
});
