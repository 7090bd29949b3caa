const fs = require('fs');
const path = require('path');
const { startServer } = require('./server');

// WeChat's wxml compiler comes from npm without the right to be run on Linux.
function mayRunCompiler() {
  const folder = path.join(__dirname, '../node_modules/miniprogram-compiler/bin/linux');
  for (const name of fs.readdirSync(folder)) fs.chmodSync(path.join(folder, name), 0o755);
}

module.exports = async () => {
  mayRunCompiler();
  const server = await startServer();
  globalThis.jiwen = server;
  process.env.JIWEN_URL = server.url;
  const calls = Object.entries(server.openapi.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  process.env.JIWEN_CALLS = JSON.stringify(calls);
};
