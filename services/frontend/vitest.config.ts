import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': `${import.meta.dirname}/src` } },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/set-up.ts'],
    restoreMocks: true,
    // Other work goes on beside the tests, on a CI server as on a laptop.
    testTimeout: 30_000,
    coverage: {
      provider: 'v8',
      reporter: ['text', 'lcovonly', 'json-summary'],
      include: ['src/{lib,components}/**/*.{ts,tsx}', 'src/proxy.ts', 'src/app/healthz/route.ts', 'production-lock.ts'],
      thresholds: { lines: 80 },
    },
  },
});
