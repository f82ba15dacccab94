import { defineConfig } from "vitest/config";

/** `npm run test:trivy`: apart, because Trivy may have to be compiled for it. */
export default defineConfig({ test: { include: ["ci/local/test/trivy/*.spec.ts"] } });
