const { startServer } = require('./server');

module.exports = async () => {
  const server = await startServer();
  globalThis.jiwen = server;
  process.env.JIWEN_URL = server.url;
  const calls = Object.entries(server.openapi.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  process.env.JIWEN_CALLS = JSON.stringify(calls);
};
