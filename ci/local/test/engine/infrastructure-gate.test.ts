import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseConfig, type Config } from "../../../../dagger/src/config.ts";
import { dockerfiles } from "../../../../dagger/src/gates/dockerfiles.ts";
import { evidenceOfFailure, type Evidence, type Gate } from "../../../../dagger/src/gates/gate.ts";
import { infrastructure } from "../../../../dagger/src/gates/infrastructure.ts";
import { decideGate, type GateDecision } from "../../../../dagger/src/gates/policy.ts";
import { notesBlocks, stack, type Bodies } from "../../../../dagger/test/support/terraform.ts";
import { imagesNamed } from "../support/left-behind.ts";
import { containerEngine, openEngine, provide, testService, unending } from "../support/local-engine.ts";
import { scratchRepository, type Files } from "../support/scratch.ts";

/** The gates on infrastructure and Dockerfiles, with their real tools in real containers. */

const liar = `localhost/gitops-test/checkov-${testService()}:1`;
const configOf = (more: object = {}): Config => parseConfig(JSON.stringify({ project: "tiny", services: { web: { path: "web" } }, infrastructure: { path: "infra", baseImages: { NODE_IMAGE: "node" }, synth: ["node", "synth.mjs"] }, ...more }));

/** As CDKTF does it, in two lines. */
const synth = 'import { mkdirSync, copyFileSync } from "node:fs";\nmkdirSync("cdktf.out/stacks/tiny", { recursive: true });\ncopyFileSync("tiny.json", "cdktf.out/stacks/tiny/cdk.tf.json");\nconsole.log("Synthesised tiny");\n';
const filesOf = (blocks: Bodies, more: Files = {}): Files => ({
  "infra/Dockerfile": "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS deps\nWORKDIR /app\n",
  "infra/synth.mjs": synth,
  "infra/tiny.json": stack(blocks),
  "web/Dockerfile": 'FROM debian:13\nWORKDIR /web\nCOPY . .\nUSER 1000\nCMD ["cat", "index.html"]\n',
  "web/index.html": "hello\n",
  ...more,
});

interface Seen {
  readonly evidence: Evidence;
  readonly decision: GateDecision;
}

async function look(gate: Gate, files: Files, options: { checkov?: string; config?: Config } = {}): Promise<Seen> {
  const { engine } = await openEngine(await scratchRepository(files), { provide: async (image, signal) => (image === "checkov" && options.checkov !== undefined ? provide(options.checkov, signal) : provide(image, signal)) });
  const repository = { commit: "0".repeat(40), dirty: false, shallow: false, onOrigin: [] };
  const evidence = await gate.look({ config: options.config ?? configOf(), repository, engine, timeoutMs: 300_000, signal: unending, now: 0 }).catch(evidenceOfFailure);
  return { evidence, decision: decideGate(evidence, gate.blocksAt) };
}

beforeAll(async () => {
  await Promise.all([provide("node", unending), provide("checkov", unending), provide("hadolint", unending)]);
  // A Checkov that reads nothing and says so in no word: exit code 0, a summary of zeros.
  const folder = await mkdtemp(join(tmpdir(), "gitops-test-checkov-"));
  const { reference } = await provide("node", unending);
  await writeFile(join(folder, "checkov"), '#!/bin/sh\necho \'{"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0, "checkov_version": "3.3.30"}\'\n');
  await writeFile(join(folder, "Dockerfile"), `FROM ${reference}\nCOPY checkov /usr/local/bin/checkov\nRUN chmod 755 /usr/local/bin/checkov\n`);
  const { cli } = await containerEngine();
  await cli.run(["build", "--tag", liar, folder]);
  await rm(folder, { recursive: true });
  // A repository's own infrastructure has this name too.
  const before = await imagesNamed("gitops-build-infrastructure");
  return async () => {
    const ours = (await imagesNamed("gitops-build-infrastructure")).filter((name) => !before.includes(name));
    await cli.run(["image", "rm", "--force", liar, ...ours], { accept: "any" });
  };
}, 600_000);

describe("the infrastructure gate", { timeout: 300_000 }, () => {
  it("passes sound infrastructure that its own synth made, and knows what AWS is told to do", async () => {
    const { evidence, decision } = await look(infrastructure, filesOf(notesBlocks));
    expect(decision).toEqual({ verdict: "passed" });
    expect(evidence).toMatchObject({ toolVersion: "Checkov 3.3.30", lookedAt: { count: Object.keys(notesBlocks).length - 1, unit: "resources" }, gaps: [] });
    expect(evidence.raw.get("synth.log")).toBe("Synthesised tiny\n");
    expect(evidence.controls?.map(({ state }) => state)).toEqual(["active", "active", "active", "active", "active"]);
  });

  it("fails on a planted fault, which it names by file and address", async () => {
    const { evidence, decision } = await look(infrastructure, filesOf({ ...notesBlocks, "aws_db_instance.open": { engine: "postgres", publicly_accessible: true, storage_encrypted: true } }));
    expect(decision).toEqual({ verdict: "failed" });
    expect(evidence.findings.filter(({ severity }) => severity === "critical")).toMatchObject([{ id: "CKV_AWS_17:infra/cdktf.out/stacks/tiny/cdk.tf.json:aws_db_instance.open", rule: "CKV_AWS_17" }]);
  });

  it("looks at the tree's own Terraform JSON where nothing is synthesised", async () => {
    const config = configOf({ infrastructure: { path: "terraform dir" } });
    const { evidence, decision } = await look(infrastructure, filesOf({}, { "terraform dir/main.tf.json": stack({ "aws_db_instance.open": { publicly_accessible: true } }) }), { config });
    expect(decision).toEqual({ verdict: "failed" });
    expect(evidence.findings.map(({ where }) => where)).toContain("terraform dir/main.tf.json:aws_db_instance.open");
  });

  it("fails on a synth that says no, with its log", async () => {
    const { evidence, decision } = await look(infrastructure, filesOf(notesBlocks, { "infra/synth.mjs": 'throw new Error("no such subnet");\n' }));
    expect(decision).toEqual({ verdict: "failed" });
    expect(evidence.findings).toMatchObject([{ rule: "synth-failed", title: "node synth.mjs ended with exit code 1" }]);
    expect(evidence.raw.get("synth.log")).toContain("no such subnet");
  });

  it.each<[string, Files, Parameters<typeof look>[2], RegExp]>([
    ["a Checkov that is not there", filesOf(notesBlocks), { checkov: "node" }, /^Checkov: checkov could not be started in step infrastructure\/checkov \(exit code 127\): is it in the image\?$/],
    ["a Checkov that looks at nothing and calls it clean", filesOf(notesBlocks), { checkov: liar }, /^Checkov: Checkov's report is not of the form that this pipeline knows: check_type: /],
    ["a synth whose program is not there", filesOf(notesBlocks), { config: configOf({ infrastructure: { path: "infra", baseImages: { NODE_IMAGE: "node" }, synth: ["cdktf", "synth"] } }) }, /^cdktf could not be started in step infrastructure\/synth \(exit code 127\): is it in the image\?$/],
    ["a synth that writes nothing, with yesterday's files in the tree", filesOf(notesBlocks, { "infra/synth.mjs": "", "infra/cdktf.out/stacks/tiny/cdk.tf.json": stack(notesBlocks) }), {}, /^synth left no Terraform JSON \(\*\.tf\.json\) in infra\/cdktf\.out: there is nothing to look at\.$/],
    ["a synth that writes half a file", filesOf(notesBlocks, { "infra/tiny.json": '{"resource": {' }), {}, /^The Terraform JSON has no resource: there is nothing to look at\. infra\/cdktf\.out\/stacks\/tiny\/cdk\.tf\.json is cut off or not JSON \(14 characters\)\.$/],
  ])("is unavailable with %s", async (_what, files, options, reason) => {
    const { decision } = await look(infrastructure, files, options);
    expect(decision).toEqual({ verdict: "unavailable", reason: expect.stringMatching(reason) as string });
  });
});

describe("the dockerfiles gate", { timeout: 120_000 }, () => {
  it("passes sound Dockerfiles, that of the infrastructure included", async () => {
    const { evidence, decision } = await look(dockerfiles, filesOf({}));
    expect({ decision, lookedAt: evidence.lookedAt }).toEqual({ decision: { verdict: "passed" }, lookedAt: { count: 2, unit: "Dockerfiles" } });
  });

  it("fails on a planted fault, with its line", async () => {
    const { evidence, decision } = await look(dockerfiles, filesOf({}, { "web/Dockerfile": "FROM debian:13\nRUN sudo apt-get update\n" }));
    expect(decision).toEqual({ verdict: "failed" });
    expect(evidence.findings).toContainEqual(expect.objectContaining({ rule: "DL3004", where: "web/Dockerfile:2", service: "web", severity: "high" }));
  });

  it("is unavailable when a Dockerfile is not there: hadolint alone would leave nothing but an exit code", async () => {
    const config = configOf({ services: { web: { path: "web" }, worker: { path: "worker" } } });
    const { decision } = await look(dockerfiles, filesOf({}), { config });
    expect(decision).toEqual({ verdict: "unavailable", reason: "worker/Dockerfile is not there." });
  });
});
