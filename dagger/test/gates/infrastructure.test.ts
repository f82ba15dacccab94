import { describe, expect, it } from "vitest";
import type { Engine, Step, StepResult } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { infrastructure } from "../../src/gates/infrastructure.ts";
import { decideGate } from "../../src/gates/policy.ts";
import type { ImageName } from "../../src/images/catalogue.ts";
import { infrastructureCases } from "../record/infrastructure-cases.ts";
import { fakeEngine } from "../support/fake-engine.ts";
import { readFixture, recordedEngine } from "../support/fixtures.ts";
import { stack } from "../support/terraform.ts";
import { aConfig, aContext } from "../support/values.ts";

const config = aConfig({ infrastructure: { path: "infra", synth: ["npm", "run", "synth"] } });
const treeConfig = aConfig({ infrastructure: { path: "infra" } });
const stackPath = "infra/cdktf.out/stacks/notes-dev/cdk.tf.json";
const unending = new AbortController().signal;

type Files = Readonly<Record<string, string>>;

/** What the step prints of files, by their path in the repository. */
function printed(files: Files): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64").replaceAll(/.{1,76}/g, "$&\n");
  return `${Object.entries(files).map(([path, text]) => `- begin\n${base64(path.replace("infra/", ""))}- content\n${base64(text)}- end\n`).join("")}- done\n`;
}

interface Answers {
  readonly files?: Files;
  readonly synth?: { exitCode: number; stdout?: string; stderr?: string } | StepError;
  readonly checkov?: string | StepError;
  readonly trivy?: string | StepError;
  readonly has?: readonly ImageName[];
}

/** An engine whose synth leaves `files`, and whose scanners left what was recorded of a case. */
function engineFor({ files = {}, synth = { exitCode: 0 }, checkov = "clean", trivy = "clean", has = ["checkov", "trivy"] }: Answers, steps: Step[] = []): Engine {
  const command = { exitCode: 0, stdout: "", stderr: "" };
  const ended = (...commands: StepResult["commands"]): StepResult => ({ commands, outputs: new Map(), cached: true, standIns: ["localhost/stand-in/node:1"] });
  const recorded = async (step: Step, fixture: string | StepError): Promise<StepResult> => {
    if (typeof fixture !== "string") throw fixture;
    return { ...(await recordedEngine(readFixture(fixture)).run(step, unending)), cached: true };
  };
  return fakeEngine({
    has,
    run: async (step) => {
      steps.push(step);
      switch (step.name) {
        case "infrastructure/synth":
          if (synth instanceof StepError) throw synth;
          return ended(command, { ...command, ...synth }, { ...command, stdout: printed(files) });
        case "infrastructure/files":
          return ended({ ...command, stdout: printed(files) });
        case "infrastructure/checkov":
          return recorded(step, typeof checkov === "string" ? `checkov/${checkov}` : checkov);
        default:
          return recorded(step, typeof trivy === "string" ? `trivy-config/${trivy}` : trivy);
      }
    },
  });
}

const recordedCase = (name: string): Answers => ({ files: infrastructureCases[name]?.files ?? {}, checkov: name, trivy: name });
const look = async (answers: Answers, used = config): Promise<Evidence> => infrastructure.look(aContext({ config: used, engine: engineFor(answers) }));
const verdictOf = (evidence: Evidence): unknown => decideGate(evidence, infrastructure.blocksAt);

describe("the infrastructure gate", () => {
  it("has nothing to do where gitops.json names no infrastructure, and says so", () => {
    expect(infrastructure.nothingToDo(aConfig())).toBe("there is no infrastructure in gitops.json");
    expect(infrastructure.nothingToDo(config)).toBeUndefined();
  });

  it("passes what both scanners find nothing grave in, and knows what AWS is told to do", async () => {
    const evidence = await look(recordedCase("clean"));
    expect(evidence).toMatchObject({ toolVersion: "Checkov 3.3.30, Trivy 0.69.3", lookedAt: { count: 34, unit: "resources" }, gaps: [], cached: true, standIns: ["localhost/stand-in/node:1"] });
    expect(evidence.facts).toEqual([{ name: "resources that Checkov has rules for", value: "28 of 34" }]);
    expect(evidence.controls?.map(({ state }) => state)).toEqual(["active", "active", "active", "active", "active"]);
    expect([...evidence.raw.keys()]).toEqual(["synth.log", "checkov.json", "checkov.log", "trivy.json", "trivy.log"]);
    expect(verdictOf(evidence)).toEqual({ verdict: "passed" });
  });

  it("fails on what either of them finds", async () => {
    const evidence = await look(recordedCase("faults"));
    expect(evidence.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["CKV_AWS_24", "AWS-0107"]));
    expect(evidence.controls?.filter(({ state }) => state === "unavailable").map(({ note }) => note)).toEqual(["aws_vpc_security_group_ingress_rule.ssh lets everybody in, and not to a listener of the load balancer"]);
    expect(verdictOf(evidence)).toEqual({ verdict: "failed" });
  });

  it("goes without Trivy where Trivy is not here, and says so", async () => {
    const evidence = await look({ ...recordedCase("clean"), trivy: new StepError("IMAGE_UNAVAILABLE", "must not run"), has: ["checkov"] });
    expect(evidence).toMatchObject({ toolVersion: "Checkov 3.3.30", gaps: [] });
    expect(evidence.facts).toContainEqual({ name: "Trivy", value: "not here: Checkov alone has looked" });
    expect(verdictOf(evidence)).toEqual({ verdict: "passed" });
  });

  it.each<[string, Answers, string]>([
    ["Checkov", { ...recordedCase("faults"), checkov: new StepError("TIMED_OUT", "checkov was stopped after 60 s.") }, "Checkov: checkov was stopped after 60 s."],
    ["Trivy", { ...recordedCase("faults"), trivy: new StepError("OUT_OF_MEMORY", "trivy was killed.") }, "Trivy: trivy was killed."],
  ])("is not a pass without %s, whose failure hides no finding of the other and no control", async (_tool, answers, gap) => {
    const evidence = await look(answers);
    expect(evidence.gaps).toEqual([gap]);
    expect(evidence.findings).not.toEqual([]);
    expect(evidence.controls).toHaveLength(5);
    expect(verdictOf({ ...evidence, findings: [] })).toEqual({ verdict: "unavailable", reason: gap });
  });

  it("reads the tree's own Terraform JSON where there is no synth", async () => {
    const steps: Step[] = [];
    const evidence = await infrastructure.look(aContext({ config: treeConfig, engine: engineFor(recordedCase("clean"), steps) }));
    expect(steps.map(({ name }) => name)).toEqual(["infrastructure/files", "infrastructure/checkov", "infrastructure/trivy"]);
    expect(steps[0]).toMatchObject({ image: { kind: "named", name: "checkov" }, files: [{ from: "tree", path: "infra" }] });
    expect(evidence.raw.has("synth.log")).toBe(false);
    expect(verdictOf(evidence)).toEqual({ verdict: "passed" });
  });

  it("gives no step a network", async () => {
    const steps: Step[] = [];
    await infrastructure.look(aContext({ config, engine: engineFor(recordedCase("clean"), steps) }));
    expect(steps.map(({ network }) => network)).toEqual(["none", "none", "none"]);
  });
});

describe("a synth", () => {
  it("that says no is the infrastructure's fault, with its log; no control is known", async () => {
    const evidence = await look({ synth: { exitCode: 1, stdout: "Validation failed\n", stderr: "at stack notes-dev\n" } });
    expect(evidence.findings).toEqual([{ gate: "infrastructure", id: "synth-failed:infra", rule: "synth-failed", severity: "critical", title: "npm run synth ended with exit code 1", where: "infra", unfinished: true }]);
    expect(evidence.raw.get("synth.log")).toBe("Validation failed\nat stack notes-dev\n");
    expect(new Set(evidence.controls?.map(({ state, note }) => `${state}: ${note ?? ""}`))).toEqual(new Set(["unavailable: there is no Terraform JSON to judge by: synth failed"]));
    expect(verdictOf(evidence)).toEqual({ verdict: "failed" });
    // Allowed, it is still no pass: nothing was looked at.
    expect(decideGate({ ...evidence, findings: evidence.findings.map((finding) => ({ ...finding, allowed: { reason: "x", until: "2027-01-01" } })) }, "high").verdict).toBe("unavailable");
  });

  it("whose image does not build is the Dockerfile's fault", async () => {
    const evidence = await look({ synth: new StepError("BUILD_FAILED", "infra/Dockerfile does not build (target deps).", { log: "npm error" }) });
    expect(evidence.findings).toMatchObject([{ id: "build-failed:infra/Dockerfile", severity: "critical", where: "infra/Dockerfile" }]);
    expect(evidence.raw.get("synth.log")).toBe("npm error");
  });

  it.each(["TOOL_FAILED", "TIMED_OUT", "OUT_OF_MEMORY", "IMAGE_UNAVAILABLE", "CANCELLED"] as const)("that could not run is nobody's: %s", async (code) => {
    await expect(look({ synth: new StepError(code, "It did not run.") })).rejects.toThrow(expect.objectContaining({ code }));
  });
});

describe("Terraform JSON that cannot be trusted makes the gate unavailable, with a sentence", () => {
  it.each<[string, Files, string]>([
    ["none at all", {}, "synth left no Terraform JSON (*.tf.json) in infra/cdktf.out: there is nothing to look at."],
    ["empty", { [stackPath]: "" }, `The Terraform JSON has no resource: there is nothing to look at. ${stackPath} is empty.`],
    ["cut off", { [stackPath]: '{"resource": {' }, `The Terraform JSON has no resource: there is nothing to look at. ${stackPath} is cut off or not JSON (14 characters).`],
    ["without a resource", { [stackPath]: stack({}) }, "The Terraform JSON has no resource: there is nothing to look at."],
    ["with data alone", { [stackPath]: stack({ "data.aws_vpc.main": {} }) }, "The Terraform JSON has no resource: there is nothing to look at."],
  ])("%s", async (_what, files, message) => {
    await expect(look({ files })).rejects.toThrow(expect.objectContaining({ name: "UnreadableReportError", message }));
  });

  it("in one of two files: the other is looked at, and no control is claimed", async () => {
    const { files = {}, ...answers } = recordedCase("clean");
    const evidence = await look({ ...answers, files: { ...files, "infra/cdktf.out/stacks/broken/cdk.tf.json": "{" } });
    expect(evidence.gaps).toEqual(["infra/cdktf.out/stacks/broken/cdk.tf.json is cut off or not JSON (1 characters)."]);
    expect(evidence.findings).not.toEqual([]);
    expect(new Set(evidence.controls?.map(({ note }) => note))).toEqual(new Set(["not all of the infrastructure could be read"]));
    expect(verdictOf(evidence)).toMatchObject({ verdict: "unavailable" });
  });
});

describe("what hides from scanners", () => {
  const withMore = async (blocks: Parameters<typeof stack>[0], more: Parameters<typeof stack>[1] = {}): Promise<Evidence> =>
    look({ files: { [stackPath]: stack({ "example_thing.a": { size: 1 }, ...blocks }, more) }, checkov: "unknown-types", trivy: "unknown-types" });

  it("in a module is a finding, for somebody to answer for", async () => {
    const evidence = await withMore({}, { module: { network: { source: "terraform-aws-modules/vpc/aws" } } });
    expect(evidence.findings).toEqual([
      { gate: "infrastructure", id: `module-not-looked-at:${stackPath}:module.network`, rule: "module-not-looked-at", severity: "high", title: "A module's content is not part of the Terraform JSON, and is not looked at", where: `${stackPath}:module.network` },
    ]);
  });

  it("behind a comment is listed, though no scanner heeds it in Terraform JSON", async () => {
    const evidence = await withMore({ "example_thing.a": { "//": { metadata: { path: "a", uniqueId: "a" }, note: "checkov:skip=CKV_AWS_3:because" }, tags: { a: "#trivy:ignore:AWS-0026", b: "checkov:skip=CKV_AWS_1" } } });
    expect(evidence.suppressions).toEqual([
      { marker: "checkov:skip", where: `${stackPath}:example_thing.a` },
      { marker: "trivy:ignore", where: `${stackPath}:example_thing.a` },
    ]);
  });
});
