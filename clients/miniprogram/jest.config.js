module.exports = {
  testEnvironment: 'jsdom',
  testMatch: ['<rootDir>/test/*.test.js'],
  globalSetup: '<rootDir>/test/global-setup.js',
  globalTeardown: '<rootDir>/test/global-teardown.js',
  setupFiles: ['<rootDir>/test/setup.js'],
  // TDesign is written as ES modules: it is ours to translate, wherever it lies.
  transform: { '\\.js$': ['babel-jest', { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] }] },
  transformIgnorePatterns: ['/node_modules/'],
  moduleNameMapper: { '^tslib$': '<rootDir>/app/miniprogram_npm/tdesign-miniprogram/miniprogram_npm/tslib' },
  testTimeout: 120000,
  // Packages for node, not for browsers: the sockets are real.
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] },
};
