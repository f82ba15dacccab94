import { defineConfig } from 'vitest/config';

// Vitest wants a default export.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // Runs as a process of its own only (test/main.test.ts), which coverage does not see.
      exclude: ['src/main.ts'],
      reporter: ['text', 'lcov'],
      thresholds: { lines: 85 },
    },
  },
});
