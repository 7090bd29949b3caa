/**
 * What a hospital sets before it uploads its mini-program. Nothing else needs to be changed.
 */
module.exports = {
  /** Address of the hospital's own Jiwen service, without a slash at the end. WeChat asks for https here. */
  server: 'http://127.0.0.1:8080',

  /** Sign in with WeChat, so that a second visit is known to be the same patient's. No visit needs it. */
  login: false,

  /** Template ids of subscription messages for follow-up; empty for none. At most three are shown at once. */
  /** @type {string[]} */
  followUpTemplates: [],
};
