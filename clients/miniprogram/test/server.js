/** Starts the real service once for all tests, on a port and a folder of its own, and stops it at the end. */
const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const ROOT = path.join(__dirname, '../../..');

/** The program: `JIWEN_PROGRAM`, or the newest that cargo has built here. */
function findProgram() {
  if (process.env.JIWEN_PROGRAM) return process.env.JIWEN_PROGRAM;
  const target = process.env.CARGO_TARGET_DIR || path.join(ROOT, 'target');
  const built = ['debug', 'release'].map((kind) => path.join(target, kind, 'jiwen')).filter((file) => fs.existsSync(file));
  built.sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs);
  if (!built.length) throw new Error(`no jiwen in ${target}: run \`cargo build\` first, or name the program in JIWEN_PROGRAM`);
  return built[0];
}

async function startServer() {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'jiwen-mini-'));
  const server = spawn(findProgram(), ['serve', '--listen', '127.0.0.1:0', '--data', data], {
    cwd: data, // no encoder there: words and rules alone, which starts at once
    env: { ...process.env, JIWEN__RATE__ENABLED: 'false', JIWEN__SITE__HOSPITAL: '平安县人民医院', JIWEN__SITE__PHONE: '0571-0000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  const url = await new Promise((resolve, reject) => {
    const hear = (part) => {
      told += part;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(told);
      if (found) resolve(found[0]);
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', () => reject(new Error(`the service did not start: ${told}`)));
  });
  const openapi = await (await fetch(`${url}/openapi.json`)).json();
  return {
    url,
    openapi,
    stop() {
      server.removeAllListeners('exit');
      server.kill('SIGKILL');
      fs.rmSync(data, { recursive: true, force: true });
    },
  };
}

module.exports = { startServer };
