import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { removeImages } from "../support/left-behind.ts";
import { flat, reportOf, runPipeline } from "../support/pipeline.ts";
import { commitAll, git, scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";

const application = join(import.meta.dirname, "../../../../dagger/test/other-application");

/** Through the front door: another team's repository, of which the pipeline knows nothing but its gitops.json. */
it("another application passes by its own gitops.json alone; a failing test of it fails it", { timeout: 600_000 }, async () => {
  onTestFinished(async () => {
    await removeImages("gitops-build-forecast");
    await removeImages("tides-forecast");
  });
  const root = await scratchRepository({ ".gitkeep": "" }, "tides");
  await cp(application, root, { recursive: true });
  const commit = await commitAll(root, "Another application");
  const env = { XDG_CACHE_HOME: await scratchFolder("cache") };

  const passed = await runPipeline(root, [], { env });
  const report = await reportOf(root);
  expect({ exitCode: passed.exitCode, verdict: report?.verdict, summary: report?.summary }).toMatchObject({ exitCode: 0, verdict: "passed" });
  expect(Object.fromEntries(report?.gates.map((gate) => [gate.name, gate.verdict]) ?? [])).toMatchObject({
    secrets: "passed",
    "static-analysis": "skipped",
    "unit-tests": "passed",
    dependencies: "skipped",
    "code-quality": "skipped",
    infrastructure: "skipped",
    images: "passed",
    "image-scan": "skipped",
    sbom: "passed",
    dockerfiles: "passed",
    licences: "skipped",
  });
  expect(report?.gates.find((gate) => gate.name === "unit-tests")).toMatchObject({ lookedAt: { count: 8, unit: "tests" }, facts: [{ value: "8 passed" }, { name: "forecast: coverage", value: expect.stringMatching(/^\d+\.\d % of \d+ lines$/) as string }] });
  expect(report?.gates.find((gate) => gate.name === "dependencies")?.reason).toBe("turned off in gitops.json: Nothing here comes from npm.");
  expect(report?.images).toMatchObject([{ service: "forecast", reference: `tides-forecast:${commit.slice(0, 7)}` }]);

  await writeFiles(root, { "apps/forecast/checks/test_wrong.py": "def test_wrong():\n    assert 1 == 2\n" });
  const failed = await runPipeline(root, ["--only", "unit-tests"], { env });
  expect(failed.exitCode).toBe(1);
  expect(flat(failed.stdout)).toContain("high apps/forecast/checks/test_wrong.py:2 failed-test: checks.test_wrong > test_wrong: assert 1 == 2");

  await rm(join(root, "apps/forecast/checks/test_wrong.py"));
  expect(await git(root, "status", "--porcelain")).toBe("");
  await runPipeline(root, ["--only", "unit-tests"], { env });
  expect((await reportOf(root))?.gates.find((gate) => gate.name === "unit-tests")).toMatchObject({ verdict: "passed", cached: true });
});
