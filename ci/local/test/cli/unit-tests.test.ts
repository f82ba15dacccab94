import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { removeImages } from "../support/left-behind.ts";
import { provide, unending } from "../support/local-engine.ts";
import { flat, reportOf, runPipeline } from "../support/pipeline.ts";
import { scratchFolder, scratchRepository, writeFiles, type CleanUp } from "../support/scratch.ts";
import { tiny } from "../support/tiny.ts";
import type { GateReport } from "../../../../dagger/src/report/schema.ts";

/** The real Vitest in the container of a tiny service, with a server beside it that its tests need. */

const secrets =
  "RUN --mount=type=secret,id=ca,target=/run/secrets/ca.pem --mount=type=secret,id=npmrc,target=/run/secrets/npmrc \\\n    if [ -s /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; if [ -s /run/secrets/npmrc ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; fi; \\\n";
const greeting = 'require("node:net").createServer((socket) => socket.end("hello")).listen(7777)';
const config = {
  project: "tiny",
  services: {
    [tiny]: {
      path: "web",
      target: "deps",
      baseImages: { NODE_IMAGE: "node" },
      unitTests: { env: { GREETER: "greeter" }, services: { greeter: { image: "node", port: 7777, command: ["node", "-e", greeting] } } },
    },
  },
};
const files = {
  ".gitignore": "out/\n",
  "gitops.json": JSON.stringify(config),
  "web/Dockerfile": `ARG NODE_IMAGE\nFROM \${NODE_IMAGE} AS deps\nWORKDIR /app\nCOPY package.json ./\n${secrets}    npm install --no-audit --no-fund\n`,
  "web/package.json": '{"name": "web", "type": "module", "devDependencies": {"vitest": "^5.1.1", "@vitest/coverage-v8": "^5.1.1"}}\n',
  "web/vitest.config.ts": "export default { test: { coverage: { include: ['src/**'] } } };\n",
  "web/src/greet.ts": "import { connect } from 'node:net';\nexport async function greet(): Promise<string> {\n  const socket = connect(7777, process.env.GREETER);\n  let text = '';\n  for await (const chunk of socket) text += String(chunk);\n  return text;\n}\n",
  "web/test/greet.test.ts": "import { expect, it } from 'vitest';\nimport { greet } from '../src/greet.ts';\nit('greets', async () => { expect(await greet()).toBe('hello'); });\n",
};

describe("the unit tests of a service", { timeout: 300_000 }, () => {
  let root = "";
  let env: Record<string, string> = {};

  beforeAll(async () => {
    const removals: (() => Promise<void>)[] = [];
    const cleanUp: CleanUp = (remove) => removals.push(remove);
    await provide("node", unending);
    root = await scratchRepository(files, "repository", cleanUp);
    env = { XDG_CACHE_HOME: await scratchFolder("cache", cleanUp) };
    return async () => {
      await removeImages(`gitops-build-${tiny}`);
      for (const remove of removals) await remove();
    };
  }, 300_000);

  const run = async (changes: Readonly<Record<string, string>> = {}): Promise<{ exitCode: number | undefined; stdout: string; gate: GateReport | undefined }> => {
    await writeFiles(root, { ...files, "web/test/more.test.ts": "import { it } from 'vitest';\nit('is here, too', () => {});\n", ...changes });
    const { exitCode, stdout } = await runPipeline(root, ["--only", "unit-tests"], { env });
    return { exitCode, stdout: flat(stdout), gate: (await reportOf(root))?.gates.find((gate) => gate.name === "unit-tests") };
  };

  it("pass, with the server that they need, and a second run takes them from the cache", async () => {
    const { exitCode, gate } = await run();
    expect(exitCode).toBe(0);
    expect(gate).toMatchObject({
      verdict: "passed",
      cached: false,
      tool: { version: expect.stringMatching(/^Vitest 5\./) as string },
      lookedAt: { count: 2, unit: "tests" },
      facts: [
        { name: `${tiny}: tests`, value: "2 passed" },
        { name: `${tiny}: coverage`, value: "100.0 % of 4 lines" },
      ],
    });
    expect(await readFile(join(root, `out/raw/unit-tests/${tiny}.lcov.info`), "utf8")).toContain("SF:src/greet.ts");
    expect((await run()).gate).toMatchObject({ verdict: "passed", cached: true });
  });

  it("fail with file and line, and are run again the next time: a failure may have been by chance", async () => {
    const wrong = { "web/test/more.test.ts": "import { expect, it } from 'vitest';\nit('is wrong', () => {\n  expect(1).toBe(2);\n});\n" };
    const { exitCode, stdout, gate } = await run(wrong);
    expect(exitCode).toBe(1);
    expect(gate).toMatchObject({ verdict: "failed", findings: [{ where: "web/test/more.test.ts:3", service: tiny, severity: "high" }] });
    expect(stdout).toContain("high web/test/more.test.ts:3 failed-test: is wrong: expected 1 to be 2");
    expect((await run(wrong)).gate).toMatchObject({ verdict: "failed", cached: false });
  });

  it("fail where none is executed", async () => {
    const none = "import { it } from 'vitest';\nit.skip('is left out', () => {});\n";
    const { exitCode, gate } = await run({ "web/test/more.test.ts": none, "web/test/greet.test.ts": none });
    expect({ exitCode, rules: gate?.findings.map((finding) => finding.rule) }).toEqual({ exitCode: 1, rules: ["no-tests"] });
  });

  it("are unavailable where Vitest does not start", async () => {
    const { exitCode, gate } = await run({ "web/vitest.config.ts": "throw new Error('no such plugin');\n" });
    expect({ exitCode, verdict: gate?.verdict, reason: gate?.reason }).toEqual({ exitCode: 4, verdict: "unavailable", reason: `${tiny}: Vitest ended with exit code 1 and left no report: Error: no such plugin` });
  });

  it("are unavailable where a server that they need does not start", async () => {
    const unitTests = { services: { greeter: { image: "node", port: 7777, command: ["node", "-e", "throw new Error('no socket')"] } } };
    const broken = { ...config, services: { [tiny]: { ...config.services[tiny], unitTests } } };
    const { exitCode, gate } = await run({ "gitops.json": JSON.stringify(broken) });
    expect({ exitCode, verdict: gate?.verdict }).toEqual({ exitCode: 4, verdict: "unavailable" });
    expect(gate?.reason).toContain("greeter");
  });
});
