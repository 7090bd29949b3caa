/** The hospital, asked for once. */
const api = require('./api');

/** @type {Promise<api.SiteInfo> | null} */
let asked = null;

/** @returns {Promise<api.SiteInfo>} */
function get() {
  if (!asked) {
    asked = api.getSite();
    asked.catch(() => { asked = null; });
  }
  return asked;
}

/** As at the start of the program; for tests. */
function reset() {
  asked = null;
}

module.exports = { get, reset };
