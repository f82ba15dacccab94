import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StepResult } from "../../../src/engine/engine.ts";
import type { Evidence } from "../../../src/gates/gate.ts";
import { decideGate } from "../../../src/gates/policy.ts";
import { probeAddress } from "../../../src/gates/terraform/probe.ts";
import { scanOf, type Scan } from "../../../src/gates/terraform/scan.ts";
import { parseTerraform } from "../../../src/gates/terraform/terraform-json.ts";
import { readTrivyConfig, trivyConfigStep } from "../../../src/gates/terraform/trivy-config.ts";
import { infrastructureCases } from "../../record/infrastructure-cases.ts";
import { readFixture, recordedEngine, resultOf } from "../../support/fixtures.ts";
import { mutatedJson } from "../../support/mutated-json.ts";

const scanFor = (name: string): Scan => scanOf(Object.entries(infrastructureCases[name]?.files ?? {}).map(([path, text]) => parseTerraform({ path, text })));

async function look(name: string): Promise<Evidence> {
  const scan = scanFor(name);
  return readTrivyConfig(scan, await recordedEngine(readFixture(`trivy-config/${name}`)).run(trivyConfigStep(scan, { timeoutMs: 60_000 }), new AbortController().signal));
}

const stackPath = "infra/cdktf.out/stacks/notes-dev/cdk.tf.json";
const graver = (evidence: Evidence): string[] => evidence.findings.filter(({ severity }) => severity === "critical" || severity === "high").map(({ severity, where, rule }) => `${severity} ${where.replace(stackPath, "…")} ${rule}`);

describe("Trivy's part of the infrastructure gate, on what it really left", () => {
  it("passes a web application with nothing grave in it: it knows nested blocks for what they are", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({ toolVersion: "Trivy 0.69.3", gaps: [], lookedAt: { count: 34, unit: "resources" } });
    expect(graver(evidence)).toEqual([]);
    // Scan on push and the bucket's versioning are nested blocks: they are there, and no finding says otherwise.
    expect(evidence.findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(["AWS-0162 low", "AWS-0053 low", "AWS-0089 low", "AWS-0163 low", "AWS-0104 medium"]);
    expect(decideGate(evidence, "high")).toEqual({ verdict: "passed" });
  });

  it("fails on grave faults, by file, address and place in the code", async () => {
    const evidence = await look("faults");
    expect(graver(evidence)).toEqual(["high …:aws_db_instance.office AWS-0080", "high …:aws_db_instance.office AWS-0180", "high …:aws_vpc_security_group_ingress_rule.ssh AWS-0107"]);
    expect(evidence.findings.find(({ rule }) => rule === "AWS-0107")).toEqual({
      gate: "infrastructure",
      id: `AWS-0107:${stackPath}:aws_vpc_security_group_ingress_rule.ssh`,
      rule: "AWS-0107",
      severity: "high",
      title: "Security groups should not allow unrestricted ingress to SSH or RDP from any IP address. (notes-dev/ssh)",
      where: `${stackPath}:aws_vpc_security_group_ingress_rule.ssh`,
      link: "https://avd.aquasec.com/misconfig/aws-0107",
    });
  });

  it("sees rules inside of a security group, which it does not in Terraform JSON", async () => {
    expect(graver(await look("inline-rules"))).toContain("high …:aws_security_group.office AWS-0107");
  });

  it.each(["clean", "faults", "two-stacks", "same-name", "awkward", "unknown-types"])("never shows the fault that was planted, and leaves no gap: %s", async (name) => {
    const evidence = await look(name);
    expect(JSON.stringify(evidence.findings)).not.toContain(probeAddress);
    expect(evidence.gaps).toEqual([]);
  });

  it("knows the code's name for a resource that is there several times", async () => {
    expect((await look("several-of-one")).findings.find(({ where }) => where.endsWith("aws_ebs_volume.many[0]"))?.title).toMatch(/ \(notes-dev\/many\)$/);
  });

  it("keeps its report and log, without the lines of code that Trivy repeats", async () => {
    const { raw } = await look("faults");
    expect([...raw.keys()]).toEqual(["trivy.json", "trivy.log"]);
    expect(raw.get("trivy.json")).toContain("AWS-0107");
    expect(readFixture("trivy-config/faults").commands[0]?.stdout).toContain("correct-horse");
    expect([...raw.values()].join("")).not.toContain("correct-horse");
  });
});

describe("a report of Trivy that cannot be trusted", () => {
  it.each([
    ["nothing-there", /^Trivy's report is not of the form that this pipeline knows: Results: /],
    ["cut-off", /^Trivy did not find the fault that was planted in .*: it has not looked at the whole file\.$/],
    ["no-template", /^Trivy did not find the fault that was planted in .*: it has not looked at the whole file\.$/],
    ["half-of-it", /^Trivy did not find the fault that was planted in infra\/cdktf\.out\/stacks\/notes-dev\/cdk\.tf\.json/],
  ])("as it really was: %s", (name, message) => {
    expect(() => readTrivyConfig(scanFor(name), resultOf(readFixture(`trivy-config/${name}`)))).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: expect.stringMatching(message) as string }));
  });

  it("does not repeat the line that Trivy could not parse", () => {
    expect(readFixture("trivy-config/no-template").commands[0]?.stderr).toContain('cause="name = ');
    expect(() => readTrivyConfig(scanFor("no-template"), resultOf(readFixture("trivy-config/no-template")))).toThrow(expect.objectContaining({ raw: expect.not.stringContaining("cause=") as string }));
  });

  const scan = scanFor("two-stacks");
  const faulty = resultOf(readFixture("trivy-config/two-stacks"));
  const stdout = faulty.commands[0]?.stdout ?? "";
  const withRun = (changes: Partial<StepResult["commands"][number]>): StepResult => ({ ...faulty, commands: [{ exitCode: 9, stdout, stderr: "", ...changes }] });

  it.each<[string, StepResult, string | RegExp]>([
    ["absent", { ...faulty, commands: [] }, "Trivy did not run."],
    ["empty", withRun({ stdout: "" }), "Trivy left an empty report."],
    ["cut off", withRun({ stdout: stdout.slice(0, -30) }), /^Trivy left a report that is cut off or not JSON/],
    ["of another version", withRun({ stdout: stdout.replace('"SchemaVersion": 2', '"SchemaVersion": 3') }), /SchemaVersion: /],
    ["of another class", withRun({ stdout: stdout.replace('"Class": "config"', '"Class": "lang-pkgs"') }), /Results\.\d+\.Class: /],
    ["a count that is not that of its list", withRun({ stdout: stdout.replace(/"Failures": [1-9]\d*/, '"Failures": 77') }), /^Trivy counted 77 failures in .* and listed \d+: one of them is wrong\.$/],
    ["failures, and the exit code of none", withRun({ exitCode: 0 }), /^Trivy ended with 0 but reported \d+ failures: one of them is wrong\.$/],
    ["the planted fault with a pass", withRun({ stdout: stdout.replace('"Status": "FAIL"', '"Status": "PASS"') }), /Status: /],
    ["of another file", withRun({ stdout: stdout.replaceAll("stacks/empty", "stacks/other") }), /^Trivy did not find the fault that was planted in infra\/cdktf\.out\/stacks\/empty/],
  ])("%s", (_name, result, message) => {
    expect(() => readTrivyConfig(scan, result)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: typeof message === "string" ? message : (expect.stringMatching(message) as string) }));
  });

  it("is no pass where its log has an error", () => {
    const evidence = readTrivyConfig(scan, withRun({ stderr: '2026-11-24T10:25:45Z\tERROR\t[rego]\tError occurred while applying rule\terr="x"\n' }));
    expect(evidence.gaps).toEqual(['Trivy could not look at everything: [rego] Error occurred while applying rule err="x".']);
  });

  it("is never a pass, however it is broken", () => {
    fc.assert(
      fc.property(mutatedJson(stdout), fc.constantFrom(0, 9), (text, exitCode) => {
        let verdict: string;
        try {
          verdict = decideGate(readTrivyConfig(scan, withRun({ stdout: text, exitCode })), "high").verdict;
        } catch (error) {
          expect((error as Error).name).toBe("UnreadableReportError");
          return;
        }
        expect(verdict).not.toBe("passed");
      }),
      { numRuns: 300 },
    );
  });
});
