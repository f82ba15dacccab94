import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findOnPath } from "../../src/container-engine/find-on-path.ts";
import { git, scratchFolder, scratchRepository } from "../support/scratch.ts";
import { runPipeline } from "../support/pipeline.ts";
import { tinyConfig, tinyFiles } from "../support/tiny.ts";

/** What is refused before anything runs: exit code, one sentence on stderr, nothing on stdout. */

async function refusal(root: string, args: readonly string[] = [], env: Record<string, string | undefined> = {}): Promise<{ exitCode: number | undefined; said: string }> {
  const { exitCode, stdout, stderr } = await runPipeline(root, args, { env });
  expect(stdout).toBe("");
  expect(stderr).not.toMatch(/^\s+at /m);
  return { exitCode, said: stderr };
}

describe("the repository", () => {
  it("is refused when it is none", async () => {
    const { exitCode, said } = await refusal(await scratchFolder(), [], { GIT_CEILING_DIRECTORIES: "/" });
    expect(exitCode).toBe(2);
    expect(said).toBe("This folder is not in a Git repository, and a release is named by its commit. Nothing was started. Run it in a clone, or begin one: git init && git add -A && git commit\n");
  });

  it("is refused when it has no commit", async () => {
    const root = await scratchFolder();
    await git(root, "init", "--quiet");
    const { exitCode, said } = await refusal(root);
    expect(exitCode).toBe(2);
    expect(said).toBe("The repository has no commit yet, and a release is named by its commit. Nothing was started. Commit first: git add -A && git commit\n");
  });

  it("is refused without Git", async () => {
    const { exitCode, said } = await refusal(await scratchRepository(tinyFiles()), [], { PATH: await scratchFolder() });
    expect(exitCode).toBe(2);
    expect(said).toBe("Git could not be started. Nothing was started. Install Git, or put it on PATH.\n");
  });
});

describe("gitops.json", () => {
  it.each([
    ["missing", undefined, /^gitops\.json cannot be used; nothing was started\.\n {2}it is not there, at the root of the repository; the least is /],
    ["empty", " \n", /^gitops\.json cannot be used; nothing was started\.\n {2}it is empty; the least is /],
    ["not JSON", "{", /it is not JSON: /],
    ["of the wrong type", "[]", /the top level is \[\]; it must be an object/],
    ["with an unknown key", JSON.stringify({ ...tinyConfig, colour: "red" }), /colour is not known; the top level may have: .*project, services/],
    ["with an unknown gate", JSON.stringify({ ...tinyConfig, gates: { sonar: {} } }), /gates\.sonar is not known; gates may have: secrets, static-analysis/],
    ["with a path out of the repository", JSON.stringify({ project: "p", services: { web: { path: "../web" } } }), /services\.web\.path must be a /],
  ])("%s is refused, and no older report is left to be taken for this run's", async (_, text, sentence) => {
    const root = await scratchRepository(tinyFiles(text === undefined ? {} : { "gitops.json": text }));
    if (text === undefined) await git(root, "rm", "--quiet", "gitops.json");
    await mkdir(join(root, "out"));
    await writeFile(join(root, "out/report.schema.json"), "{}");
    await writeFile(join(root, "out/report.json"), '{"verdict": "passed"}');
    const { exitCode, said } = await refusal(root);
    expect(exitCode).toBe(2);
    expect(said).toMatch(sentence);
    expect(await readdir(join(root, "out"))).toEqual(["report.schema.json"]);
  });

  it("that is refused leaves no folder for reports where there was none", async () => {
    const root = await scratchRepository(tinyFiles({ "gitops.json": "{" }));
    await refusal(root);
    expect(await readdir(root)).not.toContain("out");
  });

  it("is refused with an allow list that cannot be used", async () => {
    const { exitCode, said } = await refusal(await scratchRepository(tinyFiles({ ".gitops/allow.json": '[{"id": "x", "until": "2027-01-31"}]' })));
    expect(exitCode).toBe(2);
    expect(said).toMatch(/^\.gitops\/allow\.json cannot be used: entry 1 \(x\): reason is missing, .*; nothing was started\./);
  });
});

describe("arguments", () => {
  it.each([
    [["--only", "secrets", "--skip", "secrets"], "--only and --skip leave no gate to run. Nothing was started. Leave one of them out.\n"],
    [["--only", "sonar"], /there is no gate sonar; the gates are secrets, static-analysis.* Nothing was started\. See: npm run pipeline -- --help\n$/],
    [["--mode", "report", "--target", "aws"], "--mode report is for rehearsals: for AWS, the modes are what gitops.json says, where they can be reviewed. Nothing was started. Leave one of --mode and --target out.\n"],
    [["--mode", "lenient"], /Allowed choices are block, report\. Nothing was started\./],
    [["--nonsense"], /nonsense.* Nothing was started\./],
    [["extra"], /Nothing was started\./],
    [["--image", "gitleaks"], /is not a full image reference/],
    [["--image", "trivy2=localhost/a:1"], /there is no image "trivy2"; the images are /],
  ])("%j are refused", async (args, sentence) => {
    const { exitCode, said } = await refusal(await scratchRepository(tinyFiles()), args);
    expect(exitCode).toBe(2);
    if (typeof sentence === "string") expect(said).toBe(sentence);
    else expect(said).toMatch(sentence);
  });

  it("that ask for help get it on stdout, whatever else is broken", async () => {
    const { exitCode, stdout, stderr } = await runPipeline(await scratchFolder(), ["--help"], { env: { PATH: "" } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const word of ["--only", "--engine", "Examples:", "Exit codes:", "secrets"]) expect(stdout).toContain(word);
  });
});

describe("the folder for reports", () => {
  it("is refused when it cannot be made", async () => {
    const root = await scratchRepository(tinyFiles({ taken: "a file" }));
    const { exitCode, said } = await refusal(root, ["--out", "taken/reports"]);
    expect(exitCode).toBe(4);
    expect(said).toBe(`The report cannot be written to ${root}/taken/reports: there is a file of that name. Nothing was started. Name another folder with --out.\n`);
  });

  it("is refused rather than emptied when it holds somebody else's files of the same name", async () => {
    const root = await scratchRepository(tinyFiles({ "raw/mine.txt": "mine" }));
    const { exitCode, said } = await refusal(root, ["--out", "."]);
    expect(exitCode).toBe(2);
    expect(said).toContain("holds raw, which this program did not write, and a run would replace.");
    expect(await readFile(join(root, "raw/mine.txt"), "utf8")).toBe("mine");
    expect(await git(root, "status", "--porcelain")).toBe("");
  });
});

describe("the container engine", () => {
  /** PATH with Git and nothing that runs, or could install something that runs, containers. */
  const onlyGit = async (): Promise<string> => {
    const folder = await scratchFolder();
    await symlink((await findOnPath("git", process.env)) ?? "", join(folder, "git"));
    return folder;
  };

  it("that is nowhere, and cannot be installed, ends the run with exit code 4 and says how to get one", async () => {
    const { exitCode, said } = await refusal(await scratchRepository(tinyFiles()), [], { PATH: await onlyGit() });
    expect(exitCode).toBe(4);
    expect(said).toMatch(/^Docker is not installed\. Podman is not installed\..* Nothing was started\. Install Docker or Podman/);
  });

  it("that was asked for and has no daemon is not replaced by another", async () => {
    // Somebody answers at the socket, and is no Docker.
    const socket = join(await scratchFolder(), "docker.sock");
    const server = createServer((client) => client.destroy()).listen(socket);
    await once(server, "listening");
    onTestFinished(() => { server.close(); });
    const { exitCode, said } = await refusal(await scratchRepository(tinyFiles()), ["--engine", "docker"], { DOCKER_HOST: `unix://${socket}` });
    expect(exitCode).toBe(4);
    expect(said).toMatch(/^Docker was asked for\. .* Nothing was started\. Start Docker, or leave the choice to this program/);
  });
});
