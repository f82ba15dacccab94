import { cp, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { removeImages } from "../support/left-behind.ts";
import { commitAll, git, scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";
import { flat, reportOf, runPipeline } from "../support/pipeline.ts";
import { tiny, tinyConfig, tinyFiles } from "../support/tiny.ts";

/** The real tsc on a tiny service; its ESLint is a few lines that find nothing. */

const eslint = '#!/usr/bin/env node\nif (process.argv.includes("--version")) console.log("v10.0.0");\nelse require("fs").writeFileSync(process.argv[process.argv.indexOf("--output-file") + 1], JSON.stringify([{ filePath: "/app/src/a.ts", errorCount: 0, messages: [] }]));\n';

it("a type error fails the run with its file and line; mended, it passes; nothing but what depends on it runs again", { timeout: 300_000 }, async ({ onTestFinished }) => {
  onTestFinished(async () => removeImages(`gitops-build-${tiny}`));
  const root = await scratchRepository(
    tinyFiles(
      {
        "typed/Dockerfile": "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS deps\nCOPY packages /app/node_modules\n",
        "typed/tsconfig.json": '{"compilerOptions": {"strict": true, "noEmit": true, "types": []}, "include": ["src"]}',
        "typed/src/a.ts": 'export const a: number = 1;\n\nexport const b: number = "two";\n',
        "typed/packages/.bin/tsc": { executable: '#!/usr/bin/env node\nrequire("../typescript/lib/tsc.js");\n' },
        "typed/packages/.bin/eslint": { executable: eslint },
      },
      { ...tinyConfig, services: { ...tinyConfig.services, [`${tiny}-typed`]: { path: "typed", target: "deps", baseImages: { NODE_IMAGE: "node" }, staticAnalysis: {} } } },
    ),
  );
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const to = join(root, "typed/packages/typescript");
  await mkdir(join(to, "lib"), { recursive: true });
  await cp(join(typescript, "package.json"), join(to, "package.json"));
  await cp(join(typescript, "lib"), join(to, "lib"), { recursive: true, filter: (path) => path.endsWith("/lib") || /\/(_?tsc\.js|lib\..*d\.ts)$/.test(path) });
  await commitAll(root, "With TypeScript");

  const env = { XDG_CACHE_HOME: await scratchFolder("cache") };
  const failed = await runPipeline(root, ["--only", "static-analysis"], { env });
  expect(failed.exitCode).toBe(1);
  expect(flat(failed.stdout)).toContain("typed/src/a.ts:3 TS2322: Type 'string' is not assignable to type 'number'.");
  expect((await reportOf(root))?.gates[1]?.findings).toMatchObject([{ rule: "TS2322", where: "typed/src/a.ts:3", service: `${tiny}-typed`, severity: "high" }]);

  await writeFiles(root, { "web/index.js": "console.log('another service');\n" });
  await runPipeline(root, ["--only", "static-analysis"], { env });
  expect((await reportOf(root))?.gates[1]).toMatchObject({ verdict: "failed", cached: true });

  await writeFiles(root, { "typed/src/a.ts": "export const a: number = 1;\n" });
  await git(root, "commit", "--quiet", "--all", "--message", "Mend it");
  expect((await runPipeline(root, ["--only", "static-analysis"], { env })).exitCode).toBe(0);
  expect((await reportOf(root))?.gates[1]).toMatchObject({ verdict: "passed", cached: false });
});
