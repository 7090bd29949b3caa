// Three sets: `unit` needs nothing, `e2e` and `screenshots` need a server program and Chromium (tests/support).
import { defineConfig } from "vitest/config";

const browser = { globalSetup: ["tests/support/service.ts"], fileParallelism: false, testTimeout: 300_000, hookTimeout: 120_000 };

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  test: {
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      { extends: true, test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], ...browser } },
      { extends: true, test: { name: "screenshots", include: ["tests/screenshots/**/*.test.ts"], ...browser } },
    ],
  },
});
