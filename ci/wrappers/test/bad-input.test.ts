import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { dispatch, pullRequest, pushToMain } from "../src/github-event.ts";
import { programIn } from "../src/tools.ts";
import { git, scratchFolder } from "../../local/test/support/scratch.ts";
import { onGitHub, root, type Given } from "./support/on-github.ts";

/** What a job says of itself before it begins: each with what to do. */

const status = { workflow: "operate.yml", job: "release", event: dispatch({ action: "status", commit: "" }), answers: { stdout: "ok" } } as const;
const gates: Given = { workflow: "pipeline.yml", job: "gates", event: pullRequest, answers: { "out/report.json": JSON.stringify({ exitCode: 0, summary: "Passed." }), "out/report.md": "## Passed\n" } };

describe("a job that wants AWS is refused, with all that is missing at once and where to set it,", () => {
  it.each<[string, Partial<Given>, readonly RegExp[]]>([
    ["when no variable is set", { vars: {} }, [/variable AWS_ACCOUNT_ID .*missing.* Set it: Settings/, /role's name is missing.*AWS_RELEASE_ROLE/, /variable AWS_REGION .*missing/]],
    ["when the account is no account", { vars: { AWS_ACCOUNT_ID: "123", AWS_RELEASE_ROLE: "notes-release", AWS_REGION: "eu-west-1" } }, [/AWS_ACCOUNT_ID .*not an account's twelve digits/]],
    ["when the job may not ask for a token", { permissions: { contents: "read" } }, [/may not ask for a token\..* Give it `permissions: id-token: write`/]],
    ["on a tag", { event: dispatch({ action: "status", commit: "" }, "refs/tags/v1") }, [/build of the tag v1\..* run this workflow on main/, /trusts this repository on refs\/heads\/main only, and this is refs\/tags\/v1\..* Run the workflow on main/]],
    ["on another branch", { event: dispatch({ action: "status", commit: "" }, "refs/heads/feature") }, [/refs\/heads\/main only, and this is refs\/heads\/feature/]],
  ])("%s", async (_, change, said) => {
    const run = await onGitHub({ ...status, ...change });
    expect(run).toMatchObject({ failed: true, calls: [] });
    for (const words of said) expect(run.summary).toMatch(words);
    expect(run.summary.match(/Nothing was started/g)).toHaveLength(said.filter((words) => !words.source.startsWith("build of")).length);
  });

  it("when GitHub gives no token, without showing the one that it asked with", async () => {
    const run = await onGitHub({ ...status, checkout: async (workspace) => writeFile(join(workspace, "ci/github/look.sh"), (await readFile(join(workspace, "ci/github/look.sh"), "utf8")).replace("audience=sts", "audience=elsewhere").replace("--retry 3", "")) });
    expect(run).toMatchObject({ failed: true, calls: [] });
    expect(run.summary).toContain("GitHub gave no token for AWS. Nothing was started. Run it again");
    expect(run.log).not.toContain("request-token");
  });
});

describe("a job whose checkout is unusual says so and goes on:", () => {
  it.each<[string, Given, RegExp]>([
    ["a shallow clone", { ...gates, checkout: async (workspace) => shallow(workspace) }, /clone is shallow: the secrets gate .*unavailable. Give actions\/checkout `fetch-depth: 0`, or run `git fetch --unshallow`/],
    ["a first commit", { ...gates, checkout: async (workspace) => firstCommit(workspace) }, /no parent here.*nothing to compare it with, and nothing to go back to/],
    ["a detached HEAD", { ...status, checkout: async (workspace) => git(workspace, "checkout", "--quiet", "--detach") }, /HEAD is detached at [0-9a-f]{7}.*Give actions\/checkout no commit as `ref`/],
  ])("%s", async (_, given, said) => {
    const run = await onGitHub(given);
    expect(run.summary).toMatch(said);
    expect(run.failed).toBe(false);
    expect(run.calls.length).toBeGreaterThan(0);
  });

  it("nothing is said of a usual one, nor of a pull request's HEAD, which is always detached", async () => {
    const detached = async (workspace: string): Promise<unknown> => git(workspace, "checkout", "--quiet", "--detach");
    expect((await onGitHub({ ...gates, checkout: detached })).summary).toBe("## Passed\n");
    expect((await onGitHub({ ...gates, workflow: "pipeline.yml", job: "release", event: pushToMain })).summary).toBe("## Passed\n");
  });
});

async function shallow(workspace: string): Promise<void> {
  await writeFile(join(workspace, ".git/shallow"), `${await git(workspace, "rev-parse", "HEAD")}\n`);
}

async function firstCommit(workspace: string): Promise<void> {
  await git(workspace, "checkout", "--quiet", "--orphan", "first");
  await git(workspace, "commit", "--quiet", "--message", "First");
}

describe("Dagger's command line", () => {
  const install = async (bin: string): Promise<{ exitCode: number | undefined; path: string; stdout: string }> => {
    const temp = await scratchFolder("install");
    const path = join(temp, "path");
    await writeFile(path, "");
    const { exitCode, stdout } = await execa(join(root, "ci/github/install-dagger.sh"), { reject: false, extendEnv: false, env: { PATH: `${bin}:/usr/bin:/bin`, RUNNER_TEMP: temp, GITHUB_PATH: path } });
    return { exitCode, stdout, path: await readFile(path, "utf8") };
  };

  it("is not put there when its download is not what was pinned", async () => {
    const bin = await scratchFolder("bin");
    await programIn(bin, "curl", '#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\necho other >"$2"\n');
    expect(await install(bin)).toMatchObject({ exitCode: 4, path: "", stdout: expect.stringContaining("is not what is pinned here. Nothing of it was run.") as string });
  });

  it("is taken as it is where that version is there already, and fetched where another is", async () => {
    const bin = await scratchFolder("bin");
    await programIn(bin, "curl", "#!/bin/sh\nexit 22\n");
    await programIn(bin, "dagger", "#!/bin/sh\necho 'dagger v0.21.8 (image) linux/amd64'\n");
    expect(await install(bin)).toMatchObject({ exitCode: 0, path: "" });
    await programIn(bin, "dagger", "#!/bin/sh\necho 'dagger v0.20.1 (image) linux/amd64'\n");
    expect(await install(bin)).toMatchObject({ exitCode: 22, path: "" });
  });

  it("says what to use instead on a machine that it is not pinned for", async () => {
    const bin = await scratchFolder("bin");
    await programIn(bin, "uname", '#!/bin/sh\n[ "$1" = -m ] && echo riscv64 || echo Linux\n');
    expect(await install(bin)).toMatchObject({ exitCode: 4, stdout: expect.stringContaining("no Dagger v0.21.8 for Linux on riscv64 here. Use a runner") as string });
  });

  it("has the version that the module is for", async () => {
    const { engineVersion } = JSON.parse(await readFile(join(root, "dagger.json"), "utf8")) as { engineVersion: string };
    expect(await readFile(join(root, "ci/github/install-dagger.sh"), "utf8")).toContain(`version=${engineVersion.replace("v", "")}\n`);
  });
});
