import { beforeAll, describe, expect, it } from "vitest";
import { provide, unending } from "../support/local-engine.ts";
import { flat, reportOf, runPipeline } from "../support/pipeline.ts";
import { commitAll, git, scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";
import { plantedToken, tinyFiles } from "../support/tiny.ts";

/** A pull request: what the release branch has already is shown and stops nobody. */

beforeAll(async () => {
  await provide("gitleaks", unending);
});

const only = ["--only", "secrets", "--new-only"];

/** A release branch with a leak in it, and a branch that began there. */
async function pullRequest(files: Parameters<typeof writeFiles>[1]): Promise<string> {
  const root = await scratchRepository(tinyFiles({ "old.txt": `token = "${plantedToken}"\n` }));
  await git(root, "checkout", "--quiet", "-b", "feature");
  await writeFiles(root, files);
  await commitAll(root, "The change");
  return root;
}

describe("--new-only", () => {
  it("passes a change that brings nothing new, shows the total, and asks for the baseline once", async () => {
    const root = await pullRequest({ "new.txt": "harmless\n" });
    const env = { XDG_CACHE_HOME: await scratchFolder("cache") };
    const first = await runPipeline(root, only, { env });
    expect(first.exitCode).toBe(0);
    expect(flat(first.stdout)).toContain("is not known yet: its gates run first");
    expect(flat(first.stdout)).toContain("baseline: secrets failed");
    const report = await reportOf(root);
    expect(report).toMatchObject({ verdict: "passed", baseline: { commit: await git(root, "rev-parse", "main"), findings: 1 } });
    expect(report?.gates.find((gate) => gate.name === "secrets")?.findings).toMatchObject([{ where: "old.txt:1", known: true }]);
    const second = await runPipeline(root, only, { env });
    expect(second.exitCode).toBe(0);
    expect(second.stdout).not.toContain("its gates run first");
  });

  it("asks again for what the baseline of an earlier run does not know", async () => {
    const root = await pullRequest({ "new.txt": "harmless\n" });
    const env = { XDG_CACHE_HOME: await scratchFolder("cache") };
    const other = await runPipeline(root, ["--only", "dockerfiles", "--new-only"], { env });
    expect(flat(other.stdout)).toContain("its gates run first");
    expect((await runPipeline(root, only, { env })).exitCode).toBe(0);
    expect((await reportOf(root))?.baseline?.findings).toBe(1);
  });

  it("takes no leak for known because an earlier run on the release branch has met it on another", async () => {
    const root = await pullRequest({ "new.txt": `token = "${plantedToken}"\n` });
    const env = { XDG_CACHE_HOME: await scratchFolder("cache") };
    await git(root, "checkout", "--quiet", "main");
    expect((await runPipeline(root, [], { env })).exitCode).toBe(1);
    await git(root, "checkout", "--quiet", "feature");
    expect((await runPipeline(root, only, { env })).exitCode).toBe(1);
  });

  it("fails a change that brings something new, and tells it from what was there", async () => {
    const root = await pullRequest({ "new.txt": `token = "${plantedToken}"\n` });
    expect((await runPipeline(root, only)).exitCode).toBe(1);
    const findings = (await reportOf(root))?.gates.find((gate) => gate.name === "secrets")?.findings ?? [];
    expect(findings.map((finding) => [finding.where, finding.known === true])).toEqual([["new.txt:1", false], ["old.txt:1", true]]);
  });

  it("takes every finding for new when the baseline cannot be judged, and says so", async () => {
    const root = await pullRequest({ "new.txt": "harmless\n" });
    await git(root, "checkout", "--quiet", "main");
    await writeFiles(root, { "gitops.json": "{" });
    await commitAll(root, "Broken");
    await git(root, "checkout", "--quiet", "-B", "feature", "main");
    await writeFiles(root, { "gitops.json": tinyFiles()["gitops.json"] as string });
    await commitAll(root, "Mended");
    const { exitCode, stdout } = await runPipeline(root, only);
    expect(exitCode).toBe(1);
    expect(flat(stdout)).toContain("cannot be judged, so that every finding is new: gitops.json cannot be used; nothing was started. it is not JSON");
    expect((await reportOf(root))?.baseline).toBeUndefined();
  });

  it.each([
    [["--target", "aws"], "--new-only is for pull requests: AWS takes only what every gate has passed. Nothing was started. Leave one of --new-only and --target out.\n"],
    [["--base", "no-such-branch"], "There is no no-such-branch to compare with. Nothing was started. Fetch it (git fetch origin main), name a commit with --base, or set releaseBranch in gitops.json.\n"],
  ])("is refused with %j", async (args, sentence) => {
    const { exitCode, stderr } = await runPipeline(await pullRequest({ "new.txt": "x\n" }), [...only, ...args]);
    expect([exitCode, stderr]).toEqual([2, sentence]);
  });

  it("is needed for --base", async () => {
    const { exitCode, stderr } = await runPipeline(await pullRequest({ "new.txt": "x\n" }), ["--base", "main"]);
    expect([exitCode, stderr]).toEqual([2, "--base says what --new-only compares with, and that was not given. Nothing was started. Add --new-only, or leave --base out.\n"]);
  });
});
