import type { Config, ServiceConfig } from "../../config.ts";
import type { Step, StepCommand, StepFiles, StepService } from "../../engine/engine.ts";
import { serviceBuild } from "../../images/service-build.ts";
import { vitestReporterSource } from "./vitest-reporter.ts";

/** A service whose tests are to be run. */
export interface TestedService {
  readonly name: string;
  readonly service: ServiceConfig;
  readonly settings: NonNullable<ServiceConfig["unitTests"]>;
}

export function testedServices(config: Config): TestedService[] {
  return Object.entries(config.services).flatMap(([name, service]) => (service.unitTests === undefined ? [] : [{ name, service, settings: service.unitTests }]));
}

/** Where Vitest leaves what the gate reads. */
export const vitestFiles = { report: "/report/vitest.json", lcov: "/report/coverage/lcov.info", summary: "/report/coverage/coverage-summary.json" };

/**
 * The step of each service's tests, by the service's name. Every gate that
 * needs their results asks for these very values, so that they run once.
 */
export function unitTestSteps(config: Config): ReadonlyMap<string, Step> {
  // The setting of one gate, whichever of them asks: a step with another timeout is another step.
  const timeoutMs = config.gates["unit-tests"].timeoutMinutes * 60_000;
  return new Map(testedServices(config).map((tested) => [tested.name, unitTestStep(tested, timeoutMs)]));
}

function unitTestStep({ name, service, settings }: TestedService, timeoutMs: number): Step {
  const run = settings.command === undefined ? vitestRun(settings.sources) : commandRun(settings.command, [settings.junit, settings.lcov]);
  return {
    name: `unit-tests/${name}`,
    image: { kind: "build", build: serviceBuild(name, service, { target: settings.target, timeoutMs }) },
    files: [{ from: "tree", path: service.path, to: settings.sources }, ...run.files],
    workdir: settings.sources,
    commands: [run.command],
    env: { CI: "true", ...settings.env },
    secrets: {},
    caches: {},
    outputs: run.outputs,
    ...(Object.keys(settings.services).length === 0 ? {} : { services: Object.entries(settings.services).map(([host, server]) => stepService(host, server)) }),
    timeoutMs,
    memoryMb: 4096,
    network: "none",
  };
}

interface TestCommand {
  readonly files: readonly StepFiles[];
  readonly command: StepCommand;
  readonly outputs: readonly string[];
}

/** Empty at first: whatever the image or the tree has in a report's place is none of this run's. */
const emptyFiles = (paths: readonly string[]): StepFiles[] => paths.map((to) => ({ from: "text", content: "", to }));

function vitestRun(sources: string): TestCommand {
  const reporter = "/report/reporter.mjs";
  const { report, lcov, summary } = vitestFiles;
  const outputs = [report, lcov, summary];
  return {
    files: [...emptyFiles(outputs), { from: "text", content: vitestReporterSource(report), to: reporter }],
    command: {
      program: "Vitest",
      argv: [
        ...[`${sources}/node_modules/.bin/vitest`, "run", "--reporter=default", `--reporter=${reporter}`],
        // What the service's own configuration could hide behind.
        ...["--bail=0", "--dangerouslyIgnoreUnhandledErrors=false"],
        ...["--coverage.enabled=true", "--coverage.reporter=lcovonly", "--coverage.reporter=json-summary", "--coverage.reportOnFailure=true"],
        // Not to be cleaned: a run without a report shall leave an empty one.
        ...["--coverage.reportsDirectory=/report/coverage", "--coverage.clean=false"],
      ],
      accept: [0, 1],
      keep: [0],
    },
    outputs,
  };
}

/** Test runners have many codes for "a test failed"; those from 124 on are of `timeout` and the shell. */
const anyVerdict = Array.from({ length: 124 }, (_, code) => code);

function commandRun(argv: readonly string[], reports: readonly (string | undefined)[]): TestCommand {
  const outputs = reports.filter((path) => path !== undefined);
  return { files: emptyFiles(outputs), command: { argv, accept: anyVerdict, keep: [0] }, outputs };
}

function stepService(name: string, server: TestedService["settings"]["services"][string]): StepService {
  return {
    name,
    image: server.image,
    ...(server.command === undefined ? {} : { argv: server.command }),
    env: server.env,
    port: server.port,
    caches: {},
    memoryMb: 2048,
    startTimeoutMs: 120_000,
    kept: false,
  };
}
