/** Starts the mini-program: all that lasts is in `lib/visit.js` and `lib/settings.js`. */
App({});
