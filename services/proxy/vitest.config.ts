import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Starting a container takes its time on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
