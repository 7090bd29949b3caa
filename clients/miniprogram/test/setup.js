/** What jsdom lacks of what TDesign and the web socket client want. */
const { TextDecoder, TextEncoder } = require('util');

global.TextDecoder = TextDecoder;
global.TextEncoder = TextEncoder;
global.setImmediate = global.setImmediate || ((f, ...more) => setTimeout(f, 0, ...more));
global.clearImmediate = global.clearImmediate || clearTimeout;
