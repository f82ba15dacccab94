import { defineConfig } from "vitest/config";

/** The Notes application, released on the rehearsal with real containers: the check `release` of `npm test`. */
export default defineConfig({ test: { include: ["ci/local/test/release/*.spec.ts"], testTimeout: 300_000, hookTimeout: 1_800_000, bail: 1 } });
