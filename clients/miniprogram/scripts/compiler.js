/** WeChat's wxml compiler comes from npm without the right to be run on Linux; the tests need it. */
const fs = require('fs');
const path = require('path');

const folder = path.join(__dirname, '../node_modules/miniprogram-compiler/bin/linux');
if (fs.existsSync(folder)) {
  for (const name of fs.readdirSync(folder)) fs.chmodSync(path.join(folder, name), 0o755);
}
