/**
 * Records the fixtures of the gates whose tools want a container: the very steps,
 * on the container engine that is here, with scratch repositories.
 *
 *   node dagger/test/record/tests-and-audits.ts [case…]
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openLocalEngine } from "../../../ci/local/src/engine/open-local-engine.ts";
import { systemClock } from "../../src/clock.ts";
import type { Engine, Step, StepResult } from "../../src/engine/engine.ts";
import { dependencies } from "../../src/gates/dependencies.ts";
import { joinParts } from "../../src/gates/gate.ts";
import { unitTestSteps } from "../../src/gates/tests/unit-test-steps.ts";
import { startFakeRegistry } from "../support/fake-registry.ts";
import type { Fixture } from "../support/fixtures.ts";
import { aConfig, aContext } from "../support/values.ts";
import { dependenciesCases } from "./dependencies-cases.ts";
import { pytestCases, pytestCommand, vitestCases } from "./unit-tests-cases.ts";

const wanted = process.argv.slice(2);
const anyCode = Array.from({ length: 256 }, (_, code) => code);
const asked = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

const npmSecrets =
  "RUN --mount=type=secret,id=ca,target=/run/secrets/ca.pem --mount=type=secret,id=npmrc,target=/run/secrets/npmrc \\\n    if [ -s /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; if [ -s /run/secrets/npmrc ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; fi; \\\n";
const pipSecrets =
  "RUN --mount=type=secret,id=ca,target=/run/secrets/ca.pem --mount=type=secret,id=pip,target=/run/secrets/pip.conf \\\n    if [ -s /run/secrets/ca.pem ]; then export PIP_CERT=/run/secrets/ca.pem; fi; if [ -s /run/secrets/pip.conf ]; then export PIP_CONFIG_FILE=/run/secrets/pip.conf; fi; \\\n";
const dockerfiles = {
  vitest: `ARG NODE_IMAGE\nFROM \${NODE_IMAGE} AS deps\nWORKDIR /app\nRUN echo '{"type":"module"}' >package.json\n${npmSecrets}    npm install --no-audit --no-fund vitest@5.1.1 @vitest/coverage-v8@5.1.1\nFROM deps AS without-coverage\nRUN rm -r node_modules/@vitest/coverage-v8\n`,
  pytest: `ARG PYTHON_IMAGE\nFROM \${PYTHON_IMAGE} AS deps\nWORKDIR /app\n${pipSecrets}    pip install --no-cache-dir --root-user-action=ignore pytest==9.2.0 pytest-cov==7.1.0 pytest-rerunfailures==16.7 coverage==7.17.3\n`,
};

async function withRepository<Result>(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv, work: (engine: Engine) => Promise<Result>): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), "record-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  execFileSync("git", ["init", "-q", root]);
  execFileSync("git", ["-C", root, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "--allow-empty", "-m", "One"]);
  const opened = await openLocalEngine({ root, env, signal: new AbortController().signal, clock: systemClock, newId: () => randomBytes(6).toString("hex"), images: {}, notify: console.error });
  try {
    return await work(opened.engine);
  } finally {
    await opened.close();
    rmSync(root, { recursive: true });
  }
}

/** Runs a step whatever its exit codes, as often as it is asked for. */
const runAnyway = async (engine: Engine, step: Step): Promise<StepResult> =>
  engine.run({ ...step, commands: step.commands.map((command) => ({ ...command, accept: anyCode, keep: [] })) }, new AbortController().signal);

function write(name: string, about: Pick<Fixture, "shows" | "tools">, step: Step, result: StepResult, plain: (text: string) => string = (text) => text): void {
  const fixture: Fixture = {
    ...about,
    commands: result.commands.map((command, index) => ({ argv: [...(step.commands[index]?.argv ?? [])], exitCode: command.exitCode, stdout: plain(command.stdout), stderr: plain(command.stderr) })),
    outputs: Object.fromEntries([...result.outputs].map(([path, text]) => [path, plain(text)])),
  };
  const file = join(import.meta.dirname, "../fixtures", `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(fixture, null, 2)}\n`);
  console.log(name, fixture.commands.map((command) => command.exitCode).join(" "));
}

async function recordTests(folder: "vitest" | "pytest", name: string, files: Readonly<Record<string, string>>, shows: string, unitTests: object): Promise<void> {
  const config = aConfig({ services: { web: { path: "web", baseImages: { NODE_IMAGE: "node", PYTHON_IMAGE: "python" }, unitTests } } });
  const inTree = Object.fromEntries(Object.entries(files).map(([path, text]) => [`web/${path}`, text]));
  // Outside of the sources, so that a case does not build its own image.
  const step = unitTestSteps(config).get("web");
  if (step?.image.kind !== "build") throw new Error("no step");
  const image = { kind: "build", build: { ...step.image.build, context: "image", service: `record-${folder}`, baseImages: folder === "vitest" ? { NODE_IMAGE: "node" as const } : { PYTHON_IMAGE: "python" as const } } } as const;
  await withRepository({ ...inTree, "image/Dockerfile": dockerfiles[folder] }, process.env, async (engine) => {
    write(`${folder}/${name}`, { shows, tools: folder === "vitest" ? "vitest 5.1.1" : "pytest 9.2.0, pytest-cov 7.1.0" }, step, await runAnyway(engine, { ...step, image }));
  });
}

for (const [name, { shows, files }] of Object.entries(vitestCases)) if (asked(`vitest/${name}`)) await recordTests("vitest", name, files, shows, {});
if (asked("vitest/no-coverage-package")) await recordTests("vitest", "no-coverage-package", vitestCases["clean"]?.files ?? {}, "the package that measures coverage is not installed", { target: "without-coverage" });
for (const [name, { shows, files, options }] of Object.entries(pytestCases)) {
  if (asked(`pytest/${name}`)) await recordTests("pytest", name, files, shows, { command: pytestCommand(options), junit: "/app/reports/junit.xml", lcov: "/app/reports/lcov.info" });
}

const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
const withoutProxies = Object.fromEntries(Object.entries(process.env).filter(([name]) => !proxies.includes(name)));

for (const [name, { shows, mood, files, globalNpmrc }] of Object.entries(dependenciesCases)) {
  if (!asked(`npm-audit/${name}`)) continue;
  await using registry = await startFakeRegistry(mood === "is not there" ? "answers" : mood);
  const url = mood === "is not there" ? "http://127.0.0.1:9/" : registry.url;
  const plain = (text: string): string => text.replaceAll(url, "http://registry.example/").replaceAll(/ \d+ms/g, " 9ms").replaceAll(/127\.0\.0\.1:\d+/g, "registry.example").replaceAll(/\d{4}-\d\d-\d\dT[\d_]+Z-debug/g, "log");
  const more = globalNpmrc === undefined ? [] : [{ from: "text" as const, content: globalNpmrc, to: "/usr/local/etc/npmrc" }];
  await withRepository(files, { ...withoutProxies, npm_config_registry: url }, async (engine) => {
    const recording: Engine = {
      ...engine,
      tree: engine.tree,
      run: async (step) => {
        const result = await runAnyway(engine, { ...step, files: [...step.files, ...more] });
        write(`npm-audit/${name}${step.name === "dependencies/feed" ? ".feed" : ""}`, { shows, tools: `npm ${result.commands[0]?.stdout.trim() ?? ""}` }, step, result, plain);
        return result;
      },
    };
    await joinParts({ all: async () => dependencies.look(aContext({ engine: recording, config: aConfig({ services: { web: { path: "web" } } }) })) });
  });
}
