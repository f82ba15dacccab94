import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { reportSchema } from "../../../../dagger/src/report/schema.ts";
import { forkPullRequest, pullRequest } from "../../../wrappers/src/github-event.ts";
import { provide, unending } from "../support/local-engine.ts";
import { git, type Files } from "../support/scratch.ts";
import { fewGates, plantedToken, removeTinyImages, tiny, tinyFiles } from "../support/tiny.ts";
import { onGitHub, type OnGitHub } from "../../../wrappers/test/support/on-github.ts";

/** Jobs of GitHub Actions (ci/wrappers runs their steps) whose `dagger` is this repository's own command line, with its containers: the same pipeline, without Dagger. */

const off = { mode: "off", reason: "not in this test" };
const filesWith = (gates: object): Files => tinyFiles({}, { project: "tiny", services: { [tiny]: { path: "web", baseImages: { NODE_IMAGE: "node" } } }, gates: { ...fewGates, "static-analysis": off, ...gates } });
/** Without a build: it takes the longest. */
const files = filesWith({ images: off });

beforeAll(async () => {
  await Promise.all([provide("node", unending), provide("gitleaks", unending)]);
  return removeTinyImages;
});

const reportOf = async ({ artefacts }: OnGitHub) => reportSchema.parse(JSON.parse(await readFile(join(artefacts, "gates/report.json"), "utf8")));

/** What origin has, and a branch with one commit more: as a pull request is checked out. */
const branchOff = (change: (workspace: string) => Promise<unknown>) => async (workspace: string): Promise<void> => {
  await git(workspace, "update-ref", "refs/remotes/origin/main", "HEAD");
  await change(workspace);
  await git(workspace, "checkout", "--quiet", "--detach");
};

const commitFile = (name: string, text: string) => async (workspace: string): Promise<void> => {
  await writeFile(join(workspace, name), text);
  await git(workspace, "add", "--all");
  await git(workspace, "commit", "--quiet", "--message", name);
};

describe("the gates of a pull request, really run", () => {
  it("pass a change without a fault, and leave report, page, SARIF and JUnit", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pullRequest, files: filesWith({}), secrets: {}, checkout: branchOff(commitFile("web/more.js", "export {};\n")) });
    expect(run.log).toContain("Passed: secrets and images.");
    expect(run.failed).toBe(false);
    expect(run.summary).toMatch(/^## ✓ .*tiny at `[0-9a-f]{7}`/);
    const report = await reportOf(run);
    expect(report.exitCode).toBe(0);
    expect(report.release).toBeUndefined();
    expect(await readdir(join(run.artefacts, "gates"))).toEqual(expect.arrayContaining(["junit.xml", "raw", "report.html", "report.json", "report.md", "results.sarif"]));
  });

  it("fail one that brings a token along, of a fork too, with the finding in the summary", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: forkPullRequest, files, checkout: branchOff(commitFile("key.txt", `${plantedToken}\n`)) });
    expect(run.failed).toBe(true);
    expect(run.summary).toContain("pull request of a fork");
    expect(run.summary).toMatch(/## ✗ .*tiny/);
    expect(run.summary).toContain("key.txt:1");
    expect(run.summary).not.toContain(plantedToken);
    expect(await reportOf(run)).toMatchObject({ exitCode: 1 });
  });

  it("say of a shallow clone that its secrets are not known, and how to fetch the rest", async () => {
    const shallow = branchOff(async (workspace) => {
      await commitFile("web/more.js", "export {};\n")(workspace);
      await writeFile(join(workspace, ".git/shallow"), `${await git(workspace, "rev-parse", "HEAD~1")}\n`);
    });
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pullRequest, files, secrets: {}, checkout: shallow });
    expect((await reportOf(run)).gates.find(({ name }) => name === "secrets")).toMatchObject({ verdict: "unavailable", reason: expect.stringContaining("git fetch --unshallow") as string });
    expect(run.summary).toMatch(/clone is shallow[\s\S]*unavailable/);
  });

  it("refuse a comparison that cannot be made, in the summary, with what to fetch", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pullRequest, files, secrets: {}, checkout: async (workspace) => git(workspace, "checkout", "--quiet", "--orphan", "first").then(async () => git(workspace, "commit", "--quiet", "--message", "First")).then(async () => git(workspace, "branch", "--delete", "--force", "main")) });
    expect(run.failed).toBe(true);
    expect(run.summary).toMatch(/no parent here/);
    expect(run.summary).toMatch(/exit code 2[\s\S]*Fetch/);
  });
});
