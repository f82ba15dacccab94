import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { gateNames, type GateName, type GateReport, type Report } from "../../../../dagger/src/report/schema.ts";
import { containerEngine, provide, unending } from "../support/local-engine.ts";
import { removeImages } from "../support/left-behind.ts";
import { commitAll, git, scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";
import { flat, printedReport, reportOf, runPipeline } from "../support/pipeline.ts";
import { plantedToken, removeTinyImages, tiny, tinyConfig, tinyFiles } from "../support/tiny.ts";

/** Whole runs on tiny repositories, through the front door. */

beforeAll(async () => {
  await Promise.all([provide("node", unending), provide("gitleaks", unending)]);
  return async () => {
    await removeTinyImages();
  };
});

const gateOf = (report: Report | undefined, name: GateName): GateReport | undefined => report?.gates.find((gate) => gate.name === name);

const escapeCode = /\u001b/;

describe("a run on a repository without a fault", () => {
  it("passes every gate, writes its reports, and the second run takes all from the cache", async () => {
    const root = await scratchRepository(tinyFiles(), "Projekt mit ü und Leerzeichen");
    const commit = await git(root, "rev-parse", "HEAD");
    const env = { XDG_CACHE_HOME: await scratchFolder("cache"), FORCE_COLOR: "1" };
    const first = await runPipeline(root, [], { env });
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).not.toMatch(escapeCode);
    expect(flat(first.stdout)).toMatch(/ secrets ✓ passed \S+ \S+ 0 findings in 1 commit/);
    expect(flat(first.stdout)).toContain(" Passed: secrets and images. Skipped: static-analysis; AWS would refuse that. Report: out/report.html ");
    const report = await reportOf(root);
    expect(report).toMatchObject({
      commit,
      dirty: false,
      branch: "main",
      verdict: "passed",
      exitCode: 0,
      gates: gateNames.map((name) => ({ name, verdict: name === "secrets" || name === "images" ? "passed" : "skipped" })),
      images: [{ service: tiny, reference: `tiny-${tiny}:${commit.slice(0, 7)}` }],
    });
    expect((await readdir(join(root, "out"))).toSorted()).toEqual([".gitignore", "junit.xml", "raw", "report.html", "report.json", "report.md", "report.schema.json", "results.sarif"]);
    expect(await readdir(join(root, "out/raw/secrets"))).toContain("gitleaks.log");
    expect(await git(root, "status", "--porcelain")).toBe("");

    const second = await runPipeline(root, ["--json"], { env });
    expect(second.exitCode).toBe(0);
    expect(second.stderr).not.toMatch(escapeCode);
    const printed = printedReport(second.stdout);
    expect(printed.gates.filter((gate) => gate.verdict === "passed").map((gate) => gate.cached)).toEqual([true, true]);
    expect(printed).toEqual(await reportOf(root));
  });

  it("keeps Git clean even where nobody told it to ignore reports, and finds its cache again", async () => {
    const root = await scratchRepository(tinyFiles({ ".gitignore": "nothing-of-that-kind\n" }));
    const env = { XDG_CACHE_HOME: await scratchFolder("cache") };
    await runPipeline(root, ["--only", "secrets"], { env });
    expect(await git(root, "status", "--porcelain")).toBe("");
    await runPipeline(root, ["--only", "secrets"], { env });
    expect(await reportOf(root)).toMatchObject({ dirty: false, gates: expect.arrayContaining([expect.objectContaining({ name: "secrets", verdict: "passed", cached: true })]) as unknown });
  });

  it("names the images of an uncommitted tree -dirty", async () => {
    const root = await scratchRepository(tinyFiles());
    await writeFiles(root, { "untracked.txt": "new" });
    const { exitCode } = await runPipeline(root, ["--only", "images"]);
    const report = await reportOf(root);
    expect({ exitCode, dirty: report?.dirty }).toEqual({ exitCode: 0, dirty: true });
    expect(report?.images[0]?.reference).toBe(`tiny-${tiny}:${report?.commit.slice(0, 7) ?? ""}-dirty`);
  });

  it("is started from a folder inside the repository as from its root", async () => {
    const root = await scratchRepository(tinyFiles());
    const { exitCode } = await runPipeline(join(root, "web"), ["--only", "images", "--out", "../out"]);
    expect({ exitCode, verdict: (await reportOf(root))?.verdict }).toEqual({ exitCode: 0, verdict: "passed" });
  });
});

describe("a secret", () => {
  it.each(["in the tree only", "in the history only"])("%s fails the run, and its value is written nowhere", async (where) => {
    const root = await scratchRepository(tinyFiles());
    await writeFiles(root, { "web/settings.js": `const t = "${plantedToken}";\n` });
    if (where === "in the history only") {
      await commitAll(root, "Plant it");
      await git(root, "rm", "--quiet", "web/settings.js");
      await git(root, "commit", "--quiet", "--message", "Remove it");
    }
    const cache = await scratchFolder("cache");
    const { exitCode, stdout, stderr } = await runPipeline(root, ["--only", "secrets"], { env: { XDG_CACHE_HOME: cache } });
    const report = await reportOf(root);
    expect({ exitCode, verdict: report?.verdict }).toEqual({ exitCode: 1, verdict: "failed" });
    expect(report?.gates[0]?.findings).toMatchObject([{ gate: "secrets", rule: "github-pat", severity: "critical", where: "web/settings.js:1" }]);
    expect(flat(stdout)).toContain("critical web/settings.js:1 github-pat: ");
    expect(flat(stdout)).toContain("Failed: secrets. Nothing was released.");
    expect(stdout + stderr).not.toContain(plantedToken);
    const { stdout: files } = await execa("grep", ["-rl", plantedToken, join(root, "out"), cache], { reject: false });
    expect(files).toBe("");
  });

  it("does not stop a run in report mode, and is shown", async () => {
    const root = await scratchRepository(tinyFiles({ "web/settings.js": `const t = "${plantedToken}";\n` }));
    const { exitCode, stdout } = await runPipeline(root, ["--only", "secrets", "--mode", "report"]);
    expect(exitCode).toBe(0);
    expect(flat(stdout)).toMatch(/ secrets ✗ failed .*; shown only static-analysis/);
    expect(flat(stdout)).toContain("Shown only, by its mode: secrets.");
  });
});

describe("a shallow clone", () => {
  it("leaves the secrets gate unavailable: nobody can say what older commits hold", async () => {
    const origin = await scratchRepository(tinyFiles());
    await writeFiles(origin, { "web/index.js": "console.log(2);\n" });
    await commitAll(origin);
    const root = join(await scratchFolder(), "clone");
    await git(origin, "clone", "--quiet", "--depth", "1", `file://${origin}`, root);
    const { exitCode } = await runPipeline(root, ["--only", "secrets"]);
    const report = await reportOf(root);
    expect({ exitCode, verdict: report?.verdict }).toEqual({ exitCode: 4, verdict: "unavailable" });
    expect(report?.gates[0]?.reason).toBe("The clone is shallow: older commits are not there to be scanned. Fetch them with: git fetch --unshallow");
  });
});

describe("a Dockerfile that does not build", () => {
  const broken = tinyFiles({ "web/Dockerfile": "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nRUN echo the-very-reason && exit 9\n" });

  it("fails the run, and its log is among the raw reports", async () => {
    const root = await scratchRepository(broken);
    const { exitCode, stdout } = await runPipeline(root, ["--only", "images"]);
    expect(exitCode).toBe(1);
    expect(flat(stdout)).toContain("build-failed: web/Dockerfile does not build (target runtime)");
    expect(await readFile(join(root, `out/raw/images/${tiny}.build.log`), "utf8")).toContain("exit 9");
    expect(gateOf(await reportOf(root), "images")).toMatchObject({ verdict: "failed", findings: [{ where: "web/Dockerfile", service: tiny }] });
  });

  it("stops the other gates with --fail-fast, which is no verdict of theirs", async () => {
    const root = await scratchRepository({ ...broken, "gitops.json": JSON.stringify(tinyConfig) });
    // A secrets gate that never ends by itself.
    const slow = `localhost/gitops-test/slow-${tiny}:1`;
    const { cli } = await containerEngine();
    const { reference } = await provide("gitleaks", unending);
    await cli.run(["build", "--tag", slow, "-"], { input: `FROM ${reference}\nUSER 0\nRUN printf '#!/bin/sh\\nsleep 1000\\n' >"$(command -v gitleaks)"\n` });
    onTestFinished(async () => removeImages(`gitops-test/slow-${tiny}`));
    const { exitCode } = await runPipeline(root, ["--fail-fast", "--image", `gitleaks=${slow}`]);
    const report = await reportOf(root);
    expect(exitCode).toBe(1);
    expect(report?.gates.filter((gate) => gate.verdict !== "skipped").map((gate) => [gate.name, gate.verdict])).toEqual([["images", "failed"]]);
    expect(report?.gates[0]?.reason).toBe("stopped by --fail-fast, after another gate had failed");
  });
});

describe("an image that cannot be had", () => {
  it("makes its gate unavailable, never failed or passed, and the others say what they saw", async () => {
    const config = { ...tinyConfig, images: { gitleaks: "127.0.0.1:9/nobody/gitleaks:1" } };
    const root = await scratchRepository(tinyFiles({}, config));
    const rehearsal = await runPipeline(root);
    expect(rehearsal.exitCode).toBe(0);
    expect(flat(rehearsal.stdout)).toContain("Not a pass: secrets could not be checked. This may be rehearsed; AWS would refuse it.");
    const report = await reportOf(root);
    expect(report?.gates.filter((gate) => gate.verdict !== "skipped").map((gate) => [gate.name, gate.verdict])).toEqual([["secrets", "unavailable"], ["images", "passed"]]);
    expect(report?.gates[0]?.reason).toContain("The image 127.0.0.1:9/nobody/gitleaks:1 could not be pulled");
    expect((await runPipeline(root, ["--target", "aws"])).exitCode).toBe(1);
  });
});
