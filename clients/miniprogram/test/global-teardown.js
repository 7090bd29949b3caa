module.exports = async () => {
  if (globalThis.jiwen) globalThis.jiwen.stop();
};
