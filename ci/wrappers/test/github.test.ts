import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDaggerCall } from "../src/dagger-call.ts";
import { dispatch, forkPullRequest, pullRequest, pushToMain } from "../src/github-event.ts";
import { readModuleFunctions } from "../src/module-functions.ts";
import type { Files } from "../../local/test/support/scratch.ts";
import { concurrencyOf, onGitHub, type Given, type OnGitHub } from "./support/on-github.ts";

/**
 * The workflows' steps, run without GitHub. `dagger` and `gh` write down what they are
 * called with and answer as they are told; ci/local/test/cli/github-workflow.test.ts has the ones that really run.
 */

const module = readModuleFunctions();
const callsOf = ({ calls }: OnGitHub) => calls.map(({ argv }) => readDaggerCall(argv, module));

const report = (exitCode: number): Files => ({
  "out/report.json": JSON.stringify({ exitCode, summary: exitCode === 0 ? "Passed: secrets." : "Failed: secrets." }),
  "out/report.md": exitCode === 0 ? "## ✓ Passed\n" : "## ✗ Failed\n",
  "out/results.sarif": "{}",
  "out/sbom/backend.cdx.json": "{}",
});

const commonArguments = { by: "ada", "run-link": "https://github.com/notes/notes/actions/runs/42" };
const awsArguments = (role: string) => ({ "aws-role-arn": `arn:aws:iam::111122223333:role/${role}`, "aws-web-identity-token": expect.stringMatching(/^file:\/\/.*\/aws-token$/) as string });

describe("a pull request", () => {
  it("is checked without credentials and without a release, against what was there before", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pullRequest, answers: report(0) });
    expect(callsOf(run)).toEqual([
      { global: { ...commonArguments, "sonar-token": "env:SONAR_TOKEN" }, function: "report", args: { "new-only": true }, then: ["export", "--path", "out"] },
      { global: {}, function: "verdict", args: { report: "out/report.json" }, then: [] },
    ]);
    expect(run).toMatchObject({ failed: false, summary: "## ✓ Passed\n" });
    expect(run.calls.map(({ token, visible }) => ({ token, visible }))).toEqual([{ token: null, visible: ["SONAR_TOKEN"] }, { token: null, visible: [] }]);
    expect(await readdir(join(run.artefacts, "gates"))).toEqual(expect.arrayContaining(["report.json", "report.md", "results.sarif", "sbom", "summary.md"]));
  });

  it("fails when a gate has, with its report in the summary and everything kept", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pullRequest, answers: report(1) });
    expect(run).toMatchObject({ failed: true, summary: "## ✗ Failed\n" });
    expect(run.log).toContain("Failed: secrets.");
    expect(await readdir(join(run.artefacts, "gates/sbom"))).toEqual(["backend.cdx.json"]);
  });

  it("fails with the words of what it was refused for, and how to go on, where there is no report", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pullRequest, answers: { "exit-code": "2", stderr: "gitops.json: services must name at least one service.\n" } });
    expect(run.failed).toBe(true);
    expect(run.summary).toContain("It ended with exit code 2");
    expect(run.summary).toContain("docs/runbook.md");
    expect(run.summary).toContain("services must name at least one service");
    expect(run.calls).toHaveLength(1);
    expect(await readdir(join(run.artefacts, "gates"))).toContain("log.txt");
  });

  it("of the repository itself is planned with the role that only reads, and the plan is one comment", async () => {
    const given = { workflow: "pipeline.yml", job: "plan", event: pullRequest, answers: { stdout: "Plan: 1 to add\n" } } as const;
    const first = await onGitHub(given);
    expect(callsOf(first)).toEqual([{ global: { ...commonArguments, ...awsArguments("notes-plan") }, function: "infrastructure-plan", args: { stack: "production" }, then: [] }]);
    expect(first.calls[0]?.visible).toEqual([]);
    expect(first.summary).toContain("Plan: 1 to add");
    expect(first.gh).toEqual([expect.stringContaining("api --paginate repos/notes/notes/issues/7/comments"), expect.stringContaining("--method POST repos/notes/notes/issues/7/comments"), expect.stringContaining("<!-- gitops:plan -->\\n~~~~~~~~text\\nPlan: 1 to add")]);
    const again = await onGitHub({ ...given, comments: [{ id: 5, login: "stranger", body: "<!-- gitops:plan -->" }, { id: 6, login: "github-actions[bot]", body: "<!-- gitops:report -->" }, { id: 8, login: "github-actions[bot]", body: "<!-- gitops:plan -->\nold" }] });
    expect(again.gh[1]).toContain("--method PATCH repos/notes/notes/issues/comments/8");
  });

  it("has its report published where no build is run, as code scanning and as one comment", async () => {
    const gates = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pullRequest, answers: report(1) });
    const run = await onGitHub({ workflow: "pipeline.yml", job: "publish", event: pullRequest, answers: {}, artefacts: gates.artefacts });
    expect(run).toMatchObject({ failed: false, calls: [] });
    expect(run.used.map(({ uses, with: given }) => [uses.replace(/@.*/, ""), given["sarif_file"] ?? given["name"]])).toEqual([["actions/checkout", undefined], ["actions/download-artifact", "gates"], ["github/codeql-action/upload-sarif", "out/results.sarif"]]);
    expect(run.gh).toContainEqual(expect.stringContaining("<!-- gitops:report -->\\n## ✗ Failed"));
  });
});

describe("a pull request of a fork", () => {
  it("is checked with no secret at all, and says what is left out", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "gates", event: forkPullRequest, answers: report(0) });
    expect(callsOf(run)[0]).toEqual({ global: commonArguments, function: "report", args: { "new-only": true }, then: ["export", "--path", "out"] });
    expect(run.calls.map(({ token, visible }) => ({ token, visible }))).toEqual([{ token: null, visible: [] }, { token: null, visible: [] }]);
    expect(run.summary).toMatch(/pull request of a fork \(stranger\/notes\).*no secrets.*can push the branch/s);
    expect(run.failed).toBe(false);
  });

  it.each(["plan", "release", "publish"])("begins no %s", async (job) => {
    expect(await onGitHub({ workflow: "pipeline.yml", job, event: forkPullRequest, answers: {} })).toMatchObject({ began: false, calls: [] });
  });
});

describe("a push to main", () => {
  it("is the whole pipeline for AWS, with the job's own token and no key", async () => {
    const run = await onGitHub({ workflow: "pipeline.yml", job: "release", event: pushToMain, answers: report(0) });
    expect(callsOf(run)[0]).toEqual({
      global: { ...commonArguments, ...awsArguments("notes-release"), "aws-region": "eu-west-1", "sonar-token": "env:SONAR_TOKEN", "slack-webhook": "env:SLACK_WEBHOOK_URL" },
      function: "report",
      args: { release: true, target: "aws" },
      then: ["export", "--path", "out"],
    });
    expect(run.calls[0]?.visible).toEqual(["SONAR_TOKEN", "SLACK_WEBHOOK_URL"]);
    expect(JSON.parse(Buffer.from(run.calls[0]?.token ?? "", "base64url").toString("utf8"))).toMatchObject({ sub: "repo:notes/notes:ref:refs/heads/main", aud: "sts.amazonaws.com" });
    for (const secret of ["request-token", "sonar-secret", "slack-secret"]) expect(run.log).not.toContain(secret);
    expect(run.failed).toBe(false);
  });

  it.each([1, 2, 3, 4])("fails when the release ends with %i", async (exitCode) => {
    expect(await onGitHub({ workflow: "pipeline.yml", job: "release", event: pushToMain, answers: report(exitCode) })).toMatchObject({ failed: true });
  });

  it("makes no gates of a pull request beside it, and no comment", async () => {
    expect(await onGitHub({ workflow: "pipeline.yml", job: "gates", event: pushToMain, answers: {} })).toMatchObject({ began: false });
    const release = await onGitHub({ workflow: "pipeline.yml", job: "release", event: pushToMain, answers: report(0) });
    const run = await onGitHub({ workflow: "pipeline.yml", job: "publish", event: pushToMain, answers: {}, artefacts: release.artefacts });
    expect(run).toMatchObject({ failed: false, gh: [] });
    expect(run.used.at(-1)?.uses).toContain("upload-sarif");
  });

  it("waits for the release before it; a pull request ends its own predecessor and no other's", () => {
    expect(concurrencyOf("pipeline.yml", pushToMain)).toEqual({ group: "pipeline-release", cancels: false });
    expect(concurrencyOf("pipeline.yml", pullRequest)).toEqual({ group: "pipeline-refs/pull/7/merge", cancels: true });
  });

  it("holds up no rollback, and neither does a status, or an apply that nobody has approved yet", () => {
    const groups = ["rollback", "rollback --stop", "status", "apply"].map((action) => concurrencyOf("operate.yml", dispatch({ action })));
    expect(groups).toEqual(["operate-rollback", "operate-rollback --stop", "operate-status", "operate-apply"].map((group) => ({ group, cancels: false })));
  });
});

describe("by hand", () => {
  it.each<[string, string, string, object]>([
    ["rollback", "1a2b3c4", "rollback", { target: "aws", to: "1a2b3c4" }],
    ["rollback", "", "rollback", { target: "aws" }],
    ["rollback --stop", "1a2b3c4", "rollback", { stop: true, target: "aws" }],
    ["promote", "1a2b3c4", "promote", { target: "aws" }],
    ["status", "", "status", { target: "aws" }],
  ])("%s (%s) calls %s on AWS, and shows what it says", async (action, commit, name, args) => {
    const run = await onGitHub({ workflow: "operate.yml", job: "release", event: dispatch({ action, commit }), answers: { stdout: "It says this.\n" } });
    expect(callsOf(run)).toEqual([{ global: { ...commonArguments, ...awsArguments("notes-release"), "aws-region": "eu-west-1", "slack-webhook": "env:SLACK_WEBHOOK_URL" }, function: name, args, then: [] }]);
    expect(run.summary).toContain("It says this.");
  });

  it("a rollback that is refused fails with its words", async () => {
    const run = await onGitHub({ workflow: "operate.yml", job: "release", event: dispatch({ action: "rollback", commit: "" }), answers: { "exit-code": "2", stderr: "There is nothing to go back to.\n" } });
    expect(run.failed).toBe(true);
    expect(run.summary).toContain("exit code 2");
    expect(run.summary).toContain("There is nothing to go back to.");
  });

  it("a commit that is shell stays one argument", async () => {
    const commit = "$(touch hacked); --stop `id`";
    const run = await onGitHub({ workflow: "operate.yml", job: "release", event: dispatch({ action: "rollback", commit }), answers: { stdout: "" } });
    expect(run.calls[0]?.argv.slice(-4)).toEqual(["--target", "aws", "--to", commit]);
    expect(await readdir(run.workspace)).not.toContain("hacked");
  });

  it("infrastructure is applied by a job of its own, which somebody has to approve", async () => {
    const event = dispatch({ action: "apply", commit: "" });
    expect(await onGitHub({ workflow: "operate.yml", job: "release", event, answers: {} })).toMatchObject({ began: false });
    const run = await onGitHub({ workflow: "operate.yml", job: "apply", event, answers: { stdout: "Apply complete!\n" } });
    expect(callsOf(run)).toEqual([{ global: { ...commonArguments, ...awsArguments("notes-apply") }, function: "infrastructure-apply", args: { stack: "production" }, then: [] }]);
    expect(await onGitHub({ workflow: "operate.yml", job: "apply", event: dispatch({ action: "rollback", commit: "" }), answers: {} })).toMatchObject({ began: false });
  });
});

describe("an engine that outlives the runner", () => {
  it("is used where a variable names it, and none is named otherwise", async () => {
    const given = { workflow: "pipeline.yml", job: "release", event: pushToMain, answers: report(0) } as const;
    expect(await enginesOf({ ...given, vars: { ...awsVariables, ...engines } })).toEqual(["tcp://releases:1234", "tcp://releases:1234"]);
    expect(await enginesOf({ ...given, vars: awsVariables })).toEqual([null, null]);
  });

  it("is another one for pull requests, which could spoil what a release builds with, and none for forks", async () => {
    const given = { workflow: "pipeline.yml", answers: report(0), vars: { ...awsVariables, ...engines } } as const;
    expect(await enginesOf({ ...given, job: "gates", event: pullRequest })).toEqual(["tcp://pulls:1234", "tcp://pulls:1234"]);
    expect(await enginesOf({ ...given, job: "plan", event: pullRequest })).toEqual(["tcp://pulls:1234"]);
    expect(await enginesOf({ ...given, job: "gates", event: forkPullRequest })).toEqual([null, null]);
  });

  const engines = { DAGGER_ENGINE: "tcp://releases:1234", DAGGER_ENGINE_PULL_REQUESTS: "tcp://pulls:1234" };
  const awsVariables = { AWS_ACCOUNT_ID: "111122223333", AWS_REGION: "eu-west-1", AWS_PLAN_ROLE: "notes-plan", AWS_RELEASE_ROLE: "notes-release" };
  const enginesOf = async (given: Given): Promise<(string | null)[]> => (await onGitHub(given)).calls.map(({ engine }) => engine);
});

describe("what the function says", () => {
  it("cannot leave its block in the summary", async () => {
    const run = await onGitHub({ workflow: "operate.yml", job: "release", event: dispatch({ action: "status", commit: "" }), answers: { stdout: "```\n# Not a heading\n" } });
    expect(run.summary).toMatch(/^~~~~~~~~text\n```\n# Not a heading\n\n?~~~~~~~~\n$/);
    expect(await readFile(join(run.workspace, "out/words.txt"), "utf8")).toBe("```\n# Not a heading\n");
    const tildes = await onGitHub({ workflow: "operate.yml", job: "release", event: dispatch({ action: "status", commit: "" }), answers: { stdout: "~~~~~~~~\n# Not a heading\n" } });
    expect(tildes.summary).toBe("~~~~~~~~~text\n~~~~~~~~\n# Not a heading\n~~~~~~~~~\n");
  });
});
