import { describe, expect, it } from "vitest";
import type { CommandResult, Step, StepResult } from "../../../src/engine/engine.ts";
import { StepError } from "../../../src/engine/step-error.ts";
import { evidenceOfFailure } from "../../../src/gates/gate.ts";
import { imageScan } from "../../../src/gates/image-scan.ts";
import { decideGate, type GateDecision } from "../../../src/gates/policy.ts";
import { findDatabase } from "../../../src/gates/trivy/find-database.ts";
import { databaseMetadata } from "../../record/image-cases.ts";
import { fakeEngine } from "../../support/fake-engine.ts";
import { digestOf } from "../../support/registry.ts";
import { aConfig, aContext } from "../../support/values.ts";

const advice = "Give one in gates.image-scan.database of gitops.json: a mirror's repository, or a folder with trivy.db and metadata.json.";
const config = (database?: string): ReturnType<typeof aConfig> => aConfig({ gates: { "image-scan": database === undefined ? {} : { database } } });
const printed = (command: Partial<CommandResult>): StepResult => ({ commands: [{ exitCode: 0, stdout: "", stderr: "", ...command }], outputs: new Map(), cached: false, standIns: ["localhost/stand-in/node:24.21.0"] });

/** What the gate says, and every step that ran for it. */
async function decide(options: { database?: string; files?: Readonly<Record<string, string>>; run?: (step: Step) => StepResult }): Promise<GateDecision & { steps: readonly string[] }> {
  const steps: string[] = [];
  const engine = fakeEngine({
    ...(options.files === undefined ? {} : { files: options.files }),
    build: () => { throw new Error("nothing is built without a database"); },
    run: (step) => {
      steps.push(step.name);
      if (options.run === undefined) throw new Error(`no step was expected: ${step.name}`);
      return options.run(step);
    },
  });
  const evidence = await imageScan.look(aContext({ engine, config: config(options.database) })).catch(evidenceOfFailure);
  return { ...decideGate(evidence, imageScan.blocksAt), steps };
}

describe("without a database the gate is unavailable at once: nothing is built, and Trivy is not fetched", () => {
  it.each(["mirror.gcr.io could not be reached (ENOTFOUND).", "mirror.gcr.io answered 200 with a web page, which is no manifest."])("%s", async (problem) => {
    expect(await decide({ run: () => printed({ exitCode: 1, stdout: `${JSON.stringify({ problem })}\n` }) })).toEqual({ verdict: "unavailable", reason: `No vulnerability database: ${problem} ${advice}`, steps: ["image-scan/database"] });
  });

  it.each([
    ["an answer that is none", "", /left an empty report/],
    ["an answer of another form", '{"digest":"latest"}', /not of the form that this pipeline knows/],
    ["a database that is too old by its manifest", JSON.stringify({ digest: digestOf(""), created: "2026-11-01T00:00:00Z" }), /^The vulnerability database is of 2026-11-01T00:00Z, 22 days old/],
  ])("%s", async (_what, stdout, reason) => {
    expect(await decide({ run: () => printed({ stdout }) })).toEqual({ verdict: "unavailable", reason: expect.stringMatching(reason) as string, steps: ["image-scan/database"] });
  });

  it.each([
    ["nothing", {}],
    ["no database", { "security/db/metadata.json": databaseMetadata("2026-11-23T00:00:00Z") }],
    ["no metadata.json", { "security/db/trivy.db": "" }],
  ])("a folder of the repository with %s", async (_what, files) => {
    expect(await decide({ database: "./security/db/", files })).toEqual({ verdict: "unavailable", reason: `No vulnerability database: the repository's folder security/db does not hold trivy.db and metadata.json, or Git ignores them. ${advice}`, steps: [] });
  });

  it.each([
    ["that is no metadata", "{}", /^The database's metadata\.json's report is not of the form/],
    ["of another kind of database", '{"Version":1,"UpdatedAt":"2026-11-23T00:00:00Z"}', /Version/],
    ["that is too old", databaseMetadata("2026-11-19T00:00:00Z"), /^The vulnerability database is of 2026-11-19T00:00Z, 4 days old/],
    ["of no time", databaseMetadata("0001-01-01T00:00:00Z"), /^The vulnerability database is of 0001-01-01T00:00Z/],
  ])("a metadata.json %s", async (_what, metadata, reason) => {
    expect(await decide({ database: "./db", files: { "db/trivy.db": "", "db/metadata.json": metadata } })).toEqual({ verdict: "unavailable", reason: expect.stringMatching(reason) as string, steps: [] });
    expect(await decide({ database: "/srv/db", run: () => printed({ stdout: metadata }) })).toEqual({ verdict: "unavailable", reason: expect.stringMatching(reason) as string, steps: ["image-scan/database"] });
  });

  it("a folder of the machine that is not there", async () => {
    const run = (): never => { throw new StepError("SOURCE_UNREADABLE", "/srv/db/metadata.json cannot be read (ENOENT): is the path in gitops.json right?"); };
    expect(await decide({ database: "/srv/db", run })).toEqual({ verdict: "unavailable", reason: `No vulnerability database: /srv/db/metadata.json cannot be read (ENOENT): is the path in gitops.json right? ${advice}`, steps: ["image-scan/database"] });
  });

  it("and when the question itself cannot be asked, that is what it says", async () => {
    expect(await decide({ run: () => { throw new StepError("IMAGE_UNAVAILABLE", "No registry answers for node."); } })).toMatchObject({ verdict: "unavailable", reason: "No registry answers for node." });
  });
});

describe("the database", () => {
  const find = async (database: string | undefined, run: (step: Step) => StepResult, now = Date.parse("2026-11-23T10:00:00Z")): Promise<Awaited<ReturnType<typeof findDatabase>>> =>
    findDatabase(aContext({ engine: fakeEngine({ run }), config: config(database), now }));
  const digest = digestOf("manifest");
  const found = (): StepResult => printed({ stdout: `${JSON.stringify({ digest, created: "2026-11-23T06:20:00Z" })}\n` });

  it.each([
    ["registry.example/mirror/trivy-db:2", `registry.example/mirror/trivy-db@${digest}`],
    ["registry.example:5000/mirror/trivy-db", `registry.example:5000/mirror/trivy-db@${digest}`],
    [`registry.example:5000/trivy-db:2@${digest}`, `registry.example:5000/trivy-db@${digest}`],
    [undefined, `mirror.gcr.io/aquasec/trivy-db@${digest}`],
  ])("of the repository %s is taken by its digest", async (database, reference) => {
    expect(await find(database, found)).toEqual({ kind: "repository", reference, digest, standIns: ["localhost/stand-in/node:24.21.0"] });
  });

  it("is asked for anew each hour, and each time while there is none", async () => {
    const steps: Step[] = [];
    const run = (step: Step): StepResult => { steps.push(step); return found(); };
    for (const now of ["2026-11-23T10:00:00Z", "2026-11-23T10:59:59Z", "2026-11-23T11:00:00Z"]) await find(undefined, run, Date.parse(now));
    const [first, second, third] = steps.map((step) => step.freshness);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
    expect(steps[0]).toMatchObject({ image: { kind: "named", name: "node" }, network: "registries", commands: [{ argv: ["node", "/probe/probe-database.mjs", "mirror.gcr.io/aquasec/trivy-db:2"], accept: [0, 1], keep: [0] }], env: { NODE_USE_ENV_PROXY: "1" } });
  });

  it("of the machine is given to Trivy as it is, without its neighbours", async () => {
    const steps: Step[] = [];
    const run = (step: Step): StepResult => { steps.push(step); return printed({ stdout: databaseMetadata("2026-11-23T06:12:00Z") }); };
    expect(await find("/srv/trivy/db", run)).toEqual({
      kind: "folder",
      files: [
        { from: "machine", path: "/srv/trivy/db/trivy.db", to: "/trivy/db/trivy.db" },
        { from: "machine", path: "/srv/trivy/db/metadata.json", to: "/trivy/db/metadata.json" },
      ],
    });
    expect(steps[0]).toMatchObject({ files: [{ from: "machine", path: "/srv/trivy/db/metadata.json" }], network: "none" });
    expect(steps[0]).not.toHaveProperty("freshness");
  });
});
