/** `npm run screens`: the same harness, another file. */
module.exports = { ...require('../jest.config'), rootDir: '..', testMatch: ['<rootDir>/test/screens.js'] };
