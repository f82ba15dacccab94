import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["dagger/test/**/*.test.ts", "cdktf/test/**/*.test.ts", "ci/*/test/**/*.test.ts"],
    // Containers are started by several files; two cores are the reference machine.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
