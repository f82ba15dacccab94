import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Step, StepResult } from "../../src/engine/engine.ts";
import { dockerfiles, readDockerfiles, type DockerfileSources } from "../../src/gates/dockerfiles.ts";
import { UnreadableReportError, type Evidence } from "../../src/gates/gate.ts";
import { decideGate } from "../../src/gates/policy.ts";
import { dockerfilesCases } from "../record/dockerfiles-cases.ts";
import { fakeEngine } from "../support/fake-engine.ts";
import { readFixture, recordedEngine, resultOf } from "../support/fixtures.ts";
import { mutatedJson } from "../support/mutated-json.ts";
import { aConfig, aContext } from "../support/values.ts";

const look = async (name: string): Promise<Evidence> => {
  const files = dockerfilesCases[name]?.files ?? {};
  const recorded = recordedEngine(readFixture(`hadolint/${name}`));
  return dockerfiles.look(aContext({ engine: fakeEngine({ files, run: async (step, signal) => recorded.run(step, signal) }) }));
};

const brief = (evidence: Evidence): string[] => evidence.findings.map((finding) => `${finding.severity} ${finding.where} ${finding.rule}`);

describe("the dockerfiles gate, on what hadolint really left", () => {
  it("passes when nothing is found in two Dockerfiles", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({ toolVersion: "2.15.1", lookedAt: { count: 2, unit: "Dockerfiles" }, findings: [], suppressions: [], gaps: [] });
    expect(decideGate(evidence, dockerfiles.blocksAt)).toEqual({ verdict: "passed" });
  });

  it("fails on errors and warnings, and shows hints", async () => {
    const evidence = await look("findings");
    expect(brief(evidence)).toEqual([
      "medium services/backend/Dockerfile:1 DL3006",
      "medium services/backend/Dockerfile:2 DL3003",
      "medium services/backend/Dockerfile:2 DL3008",
      "medium services/backend/Dockerfile:2 DL3014",
      "low services/backend/Dockerfile:2 DL3015",
      "high services/backend/Dockerfile:3 DL3004",
      "low services/backend/Dockerfile:3 SC2086",
    ]);
    expect(evidence.findings[0]).toEqual({
      gate: "dockerfiles",
      id: "DL3006:services/backend/Dockerfile",
      rule: "DL3006",
      severity: "medium",
      title: "Always tag the version of an image explicitly",
      where: "services/backend/Dockerfile:1",
      service: "backend",
      link: "https://github.com/hadolint/hadolint/wiki/DL3006",
    });
    expect(decideGate(evidence, dockerfiles.blocksAt)).toEqual({ verdict: "failed" });
  });

  it("leads to ShellCheck's page for what ShellCheck finds", async () => {
    expect((await look("shell-findings")).findings.find((finding) => finding.rule === "SC2086")?.link).toBe("https://www.shellcheck.net/wiki/SC2086");
  });

  it.each(["does-not-parse", "does-not-parse-and-ignores-it", "does-not-parse-and-plays-it-down", "not-text"])("fails on a file that cannot be parsed, whatever comments and settings say: %s", async (fixture) => {
    const evidence = await look(fixture);
    expect(evidence.findings).toMatchObject([{ rule: "DL1000", severity: "high", title: expect.not.stringContaining("\n") as string }]);
    expect(decideGate(evidence, dockerfiles.blocksAt)).toEqual({ verdict: "failed" });
  });

  it("shows what silences it: comments, in every form that hadolint takes, and its settings", async () => {
    const comments = await look("ignore-comments");
    expect(comments.suppressions).toEqual([
      { marker: "hadolint ignore", where: "services/backend/Dockerfile:2" },
      { marker: "hadolint global ignore", where: "services/backend/Dockerfile:4" },
      { marker: "hadolint shell", where: "services/backend/Dockerfile:6" },
    ]);
    const settings = await look("settings-ignore");
    expect(settings.suppressions).toEqual([{ marker: ".hadolint.yaml", where: ".hadolint.yaml" }]);
    expect(brief(settings)).not.toContain("high services/backend/Dockerfile:3 DL3004");
  });

  it("counts findings though the settings say that they are no failure", async () => {
    expect(decideGate(await look("settings-no-fail"), dockerfiles.blocksAt)).toEqual({ verdict: "failed" });
  });

  it("says that settings cannot be read, with the findings that hadolint makes without them", async () => {
    const evidence = await look("settings-broken");
    expect(evidence.gaps).toEqual(["hadolint cannot read its settings in .hadolint.yaml."]);
    expect(evidence.findings).not.toEqual([]);
  });

  it("takes no report of another form: the file is a gap, and the other is looked at", async () => {
    const evidence = await look("settings-format");
    expect(evidence.gaps).toEqual([expect.stringMatching(/^services\/backend\/Dockerfile: hadolint left a report that is cut off or not JSON/), expect.stringMatching(/^services\/proxy\/Dockerfile: hadolint left a report/)]);
  });
});

describe("a report of hadolint that cannot be trusted", () => {
  const sources: DockerfileSources = {
    files: [
      { path: "services/backend/Dockerfile", text: "FROM x\n", service: "backend" },
      { path: "services/proxy/Dockerfile", text: "FROM x\n", service: "proxy" },
    ],
    gaps: [],
  };
  const faulty = resultOf(readFixture("hadolint/findings"));
  const withRun = (changes: Partial<StepResult["commands"][number]>): StepResult => ({ ...faulty, commands: faulty.commands.map((command, index) => (index === 1 ? { ...command, ...changes } : command)) });
  const report = faulty.commands[1]?.stdout ?? "";

  it.each<[string, StepResult, RegExp]>([
    ["empty, as for a file that is not there", withRun({ stdout: "", stderr: "hadolint: withBinaryFile: does not exist" }), /hadolint left an empty report\./],
    ["cut off", withRun({ stdout: report.slice(0, -9) }), /cut off or not JSON/],
    ["an object", withRun({ stdout: '{"findings": []}' }), /not of the form that this pipeline knows/],
    ["findings, and the exit code of none", withRun({ exitCode: 0 }), /hadolint ended with 0 but reported 7 findings: one of them is wrong\./],
    ["no findings, and the exit code of some", withRun({ stdout: "[]" }), /hadolint ended with 1 but reported 0 findings: one of them is wrong\./],
    ["of another file", withRun({ stdout: report.replaceAll("services/backend", "services/proxy") }), /hadolint reported on \.\/services\/proxy\/Dockerfile instead\./],
  ])("%s: the file is a gap", (_name, result, gap) => {
    const evidence = readDockerfiles(sources, result);
    expect(evidence).toMatchObject({ lookedAt: { count: 1 }, findings: [], gaps: [expect.stringMatching(gap) as string] });
    expect(decideGate(evidence, dockerfiles.blocksAt)).toMatchObject({ verdict: "unavailable" });
  });

  it("is refused whole when a file was not looked at", () => {
    expect(() => readDockerfiles(sources, { ...faulty, commands: faulty.commands.slice(0, 2) })).toThrow(new UnreadableReportError("hadolint did not look at every Dockerfile."));
  });

  it("is never a pass, however it is broken", () => {
    fc.assert(
      fc.property(mutatedJson(report), fc.constantFrom(0, 1), (stdout, exitCode) => {
        fc.pre(!(exitCode === 0 && stdout.trim() === "[]"));
        expect(decideGate(readDockerfiles(sources, withRun({ stdout, exitCode })), dockerfiles.blocksAt).verdict).not.toBe("passed");
      }),
    );
  });
});

describe("the dockerfiles that are looked at", () => {
  const stepsFor = async (config: Readonly<Record<string, unknown>>, files: Readonly<Record<string, string>>): Promise<{ steps: Step[]; evidence: Evidence | Error }> => {
    const steps: Step[] = [];
    const engine = fakeEngine({
      files,
      run: (step) => {
        steps.push(step);
        return { commands: step.commands.map((command) => ({ exitCode: 0, stdout: command.argv.includes("--version") ? "2.15.1" : "[]", stderr: "" })), outputs: new Map(), cached: false, standIns: [] };
      },
    });
    const evidence = await dockerfiles.look(aContext({ config: aConfig(config), engine })).catch((error: unknown) => error as Error);
    return { steps, evidence };
  };
  const lintedIn = (steps: readonly Step[]): (string | undefined)[] => (steps[0]?.commands ?? []).slice(1).map((command) => command.argv.at(-1));

  it("are each service's, once for several targets, and that of infrastructure which is synthesised", async () => {
    const files = { "web/Dockerfile": "FROM a\n", "api/docker/Dockerfile.prod": "from a\n", "infra/Dockerfile": "FROM a\n" };
    const services = { web: { path: "web" }, worker: { path: "web", target: "worker" }, api: { path: "api", dockerfile: "docker/Dockerfile.prod" } };
    const { steps } = await stepsFor({ services, infrastructure: { path: "infra", synth: ["npm", "run", "synth"] } }, files);
    expect(lintedIn(steps)).toEqual(["./web/Dockerfile", "./api/docker/Dockerfile.prod", "./infra/Dockerfile"]);
    expect(steps[0]).toMatchObject({ network: "none", image: { kind: "named", name: "hadolint" } });
    expect(lintedIn((await stepsFor({ services, infrastructure: { path: "infra" } }, files)).steps)).not.toContain("./infra/Dockerfile");
  });

  it.each([
    ["is not there", undefined, "web/Dockerfile is not there."],
    ["is empty", "", "web/Dockerfile has no FROM: there is nothing in it to look at."],
    ["holds comments only", "# FROM a\n", "web/Dockerfile has no FROM: there is nothing in it to look at."],
  ])("make a gap of one that %s, which hadolint would call clean or nothing at all", async (_what, text, gap) => {
    const services = { web: { path: "web" }, api: { path: "api" } };
    const { evidence, steps } = await stepsFor({ services }, { "api/Dockerfile": "FROM a\n", ...(text === undefined ? {} : { "web/Dockerfile": text }) });
    expect(lintedIn(steps)).toEqual(["./api/Dockerfile"]);
    expect(evidence).toMatchObject({ gaps: [gap], lookedAt: { count: 1 } });
  });

  it("are none where no service has one: nothing runs, and it says so", async () => {
    const { evidence, steps } = await stepsFor({ services: { web: { path: "web" } } }, {});
    expect(steps).toEqual([]);
    expect(evidence).toEqual(new UnreadableReportError("web/Dockerfile is not there."));
  });
});
