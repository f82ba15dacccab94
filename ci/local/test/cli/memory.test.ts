import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runPipeline } from "../support/pipeline.ts";
import { scratchFolder, scratchRepository } from "../support/scratch.ts";
import { tinyFiles } from "../support/tiny.ts";

/** What the pipeline's own process takes, tools and engine aside. */

it("the process stays below 180 MB, with a tree of 600 files and one of 60 MB", async () => {
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`many/${String(index)}.txt`, "x".repeat(20_000)]));
  const root = await scratchRepository(tinyFiles({ ...many, "large.bin": "0123456789abcdef".repeat(4_000_000 - 250_000) }));
  const folder = await scratchFolder();
  const measured = join(folder, "kilobytes");
  const hook = `import { writeFileSync } from "node:fs"; process.on("exit", () => writeFileSync(${JSON.stringify(measured)}, String(process.resourceUsage().maxRSS)));`;
  // Git and the container engine are no Node: the option reaches this one process, which compiles everything as at a first start.
  const { exitCode } = await runPipeline(root, ["--only", "secrets"], { env: { XDG_CACHE_HOME: folder, NODE_COMPILE_CACHE: undefined, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` } });
  expect(exitCode).toBe(0);
  const megabytes = Number(await readFile(measured, "utf8")) / 1024;
  expect(megabytes).toBeGreaterThan(40);
  expect(megabytes).toBeLessThan(180);
});
