import { join } from "node:path";
import type { Step } from "../../../../dagger/src/engine/engine.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { serviceBuild } from "../../../../dagger/src/images/service-build.ts";
import type { Check } from "./check.ts";
import { runVitest } from "./own-checks.ts";
import { readVitestReport } from "./vitest-report.ts";
import { serviceOf, settingsOf, withEngine, type Services } from "./with-engine.ts";

const report = "/report/vitest.json";
const timeoutMs = 15 * 60_000;

/**
 * The services' own tests: in a container of their dependencies' image, as
 * the pipeline checks them, so that this machine needs none of their packages.
 */
export const serviceChecks: readonly Check[] = ["backend", "frontend"].map((name) => ({
  name,
  run: async (surroundings) =>
    withEngine(surroundings, async ({ engine, services }) => {
      try {
        const { outputs, cached } = await engine.run(testStep(name, services), surroundings.signal);
        return { ...readVitestReport(outputs.get(report) ?? ""), cached };
      } catch (error) {
        if (error instanceof StepError && error.code !== "CANCELLED") return { passed: 0, failed: 1, skipped: 0, output: `${error.message}\n${error.log}` };
        throw error;
      }
    }),
}));

/** The proxy's tests drive its built image from outside. */
export const proxyCheck: Check = {
  name: "proxy",
  run: async (surroundings) =>
    withEngine(surroundings, async ({ engine, services, cli }) => {
      const service = serviceOf("proxy", services);
      const image = await engine.build(serviceBuild("proxy", service, { target: service.target, timeoutMs }), surroundings.signal);
      return runVitest([], surroundings, { folder: join(surroundings.root, service.path), extraEnv: { ...settingsOf(cli), CONTAINER_CLI: cli.program, IMAGE: image.reference } });
    }),
};

function testStep(name: string, services: Services): Step {
  const service = serviceOf(name, services);
  return {
    name: `test/${name}`,
    image: { kind: "build", build: serviceBuild(name, service, { target: "deps", timeoutMs }) },
    files: [{ from: "tree", path: service.path, to: "/app" }],
    workdir: "/app",
    commands: [{ argv: ["node_modules/.bin/vitest", "run", "--reporter=json", `--outputFile=${report}`], accept: [0, 1] }],
    env: { CI: "true" },
    secrets: {},
    caches: {},
    outputs: [report],
    timeoutMs,
    memoryMb: 4096,
    network: "none",
  };
}
