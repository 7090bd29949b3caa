// Three sets: `unit` needs nothing, `e2e` and `screenshots` need a server program and Chromium (tests/support).
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By name: the budget comes first, while the machine does nothing else, the recogniser last. */
class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((one, other) => (one.moduleId < other.moduleId ? -1 : 1)));
  }
}

const browser = { globalSetup: ["tests/support/service.ts"], fileParallelism: false, testTimeout: 300_000, hookTimeout: 120_000 };

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  test: {
    sequence: { sequencer: ByName },
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      { extends: true, test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], ...browser } },
      { extends: true, test: { name: "screenshots", include: ["tests/screenshots/**/*.test.ts"], ...browser } },
    ],
  },
});
