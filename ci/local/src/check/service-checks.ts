import { join } from "node:path";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { serviceBuild } from "../../../../dagger/src/images/service-build.ts";
import { UnreadableReportError } from "../../../../dagger/src/gates/gate.ts";
import { unitTestResults, type UnitTestResult } from "../../../../dagger/src/gates/tests/unit-test-results.ts";
import type { Check, CheckResult } from "./check.ts";
import { runVitest } from "./own-checks.ts";
import { serviceOf, settingsOf, withEngine } from "./with-engine.ts";

const timeoutMs = 15 * 60_000;

/**
 * The services' own tests, by the very steps and the reading of the pipeline's
 * unit-tests gate: what ran here is in its cache already.
 */
export const serviceChecks: readonly Check[] = ["backend", "frontend"].map((name) => ({
  name,
  lane: "containers",
  run: async (surroundings) =>
    withEngine(surroundings, async ({ engine, config }) => {
      const result = unitTestResults({ config, engine, signal: surroundings.signal }).get(name);
      if (result === undefined) throw new Error(`gitops.json has no unitTests for services.${name}`);
      try {
        return asCheck(await result());
      } catch (error) {
        if (error instanceof StepError && error.code !== "CANCELLED") return { passed: 0, failed: 1, skipped: 0, output: `${error.message}\n${error.log}` };
        if (error instanceof UnreadableReportError) return { passed: 0, failed: 1, skipped: 0, output: `${error.message}\n${error.raw}` };
        throw error;
      }
    }),
}));

/** Whatever the gate would stop a release for has failed here. */
function asCheck({ run, findings, gaps, cached, raw }: UnitTestResult): CheckResult {
  const failed = findings.filter((finding) => finding.severity === "high").length + gaps.length;
  const said = [...findings.map((finding) => `${finding.where} ${finding.title}`), ...gaps];
  return { passed: run.passed, failed, skipped: run.skipped, cached, output: [...said, ...(failed === 0 ? [] : [...raw].filter(([file]) => file.endsWith(".log")).map(([, log]) => log))].join("\n") };
}

/** The proxy's tests drive its built image from outside. */
export const proxyCheck: Check = {
  name: "proxy",
  lane: "containers",
  run: async (surroundings) =>
    withEngine(surroundings, async ({ engine, services, cli }) => {
      const service = serviceOf("proxy", services);
      const image = await engine.build(serviceBuild("proxy", service, { target: service.target, timeoutMs }), surroundings.signal);
      return runVitest([], surroundings, { folder: join(surroundings.root, service.path), extraEnv: { ...settingsOf(cli), CONTAINER_CLI: cli.program, IMAGE: image.reference } });
    }),
};
