import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StepResult } from "../../../src/engine/engine.ts";
import type { Evidence } from "../../../src/gates/gate.ts";
import { decideGate } from "../../../src/gates/policy.ts";
import { checkovStep, readCheckov } from "../../../src/gates/terraform/checkov.ts";
import { checkovSeverity } from "../../../src/gates/terraform/checkov-severities.ts";
import { probeAddress } from "../../../src/gates/terraform/probe.ts";
import { scanOf, type Scan } from "../../../src/gates/terraform/scan.ts";
import { parseTerraform } from "../../../src/gates/terraform/terraform-json.ts";
import { infrastructureCases } from "../../record/infrastructure-cases.ts";
import { readFixture, recordedEngine, resultOf } from "../../support/fixtures.ts";
import { mutatedJson } from "../../support/mutated-json.ts";

const scanFor = (name: string): Scan => scanOf(Object.entries(infrastructureCases[name]?.files ?? {}).map(([path, text]) => parseTerraform({ path, text })));

async function look(name: string): Promise<Evidence> {
  const scan = scanFor(name);
  return readCheckov(scan, await recordedEngine(readFixture(`checkov/${name}`)).run(checkovStep(scan, { timeoutMs: 60_000 }), new AbortController().signal));
}

const stackPath = "infra/cdktf.out/stacks/notes-dev/cdk.tf.json";
const graver = (evidence: Evidence): string[] => evidence.findings.filter(({ severity }) => severity === "critical" || severity === "high").map(({ severity, where, rule }) => `${severity} ${where.replace(stackPath, "…")} ${rule}`);

describe("Checkov's part of the infrastructure gate, on what it really left", () => {
  it("passes a web application with nothing grave in it, and shows the rest", async () => {
    const evidence = await look("clean");
    expect(evidence).toMatchObject({ toolVersion: "Checkov 3.3.30", gaps: [], suppressions: [], facts: [{ name: "resources that Checkov has rules for", value: "28 of 34" }], lookedAt: { count: 28, unit: "resources" } });
    expect(graver(evidence)).toEqual([]);
    expect(evidence.findings.map(({ rule, severity }) => `${rule} ${severity}`)).toContain("CKV_AWS_18 low");
    expect(decideGate(evidence, "high")).toEqual({ verdict: "passed" });
  });

  it("never shows the fault that was planted", async () => {
    for (const name of ["clean", "faults", "two-stacks", "same-name"]) {
      expect(JSON.stringify((await look(name)).findings)).not.toContain(probeAddress);
    }
  });

  it("fails on grave faults, by file, address and place in the code", async () => {
    const evidence = await look("faults");
    expect(graver(evidence)).toEqual(["high …:aws_db_instance.office CKV_AWS_16", "critical …:aws_db_instance.office CKV_AWS_17", "critical …:aws_vpc_security_group_ingress_rule.ssh CKV_AWS_24"]);
    expect(evidence.findings.find(({ rule }) => rule === "CKV_AWS_24")).toEqual({
      gate: "infrastructure",
      id: `CKV_AWS_24:${stackPath}:aws_vpc_security_group_ingress_rule.ssh`,
      rule: "CKV_AWS_24",
      severity: "critical",
      title: "Ensure no security groups allow ingress from 0.0.0.0:0 to port 22 (notes-dev/ssh)",
      where: `${stackPath}:aws_vpc_security_group_ingress_rule.ssh`,
    });
    expect(decideGate(evidence, "high")).toEqual({ verdict: "failed" });
  });

  it("sees rules inside of a security group", async () => {
    expect(graver(await look("inline-rules"))).toContain("critical …:aws_security_group.office CKV_AWS_24");
  });

  it("tells resources of one name apart, though Checkov calls each resource.main", async () => {
    const where = new Set((await look("same-name")).findings.map((finding) => finding.where.replace(`${stackPath}:`, "")));
    expect([...where].toSorted()).toEqual(["aws_ebs_volume.main", "aws_s3_bucket.main", "aws_sns_topic.main"]);
  });

  it("gives Checkov texts that it can read, whatever is in them", async () => {
    const evidence = await look("awkward");
    expect(new Set(evidence.findings.map((finding) => finding.where))).toEqual(new Set(["main", "templates"].map((name) => `infra/größe (neu)/main.tf.json:aws_ebs_volume.${name}`)));
    expect(evidence.gaps).toEqual([]);
  });

  it("looks at a stack without resources to its end too", async () => {
    expect(await look("two-stacks")).toMatchObject({ gaps: [], lookedAt: { count: 3 } });
  });

  it("looked at nothing where it has no rule for any resource", async () => {
    const evidence = await look("unknown-types");
    expect(evidence).toMatchObject({ lookedAt: { count: 0 }, findings: [] });
    expect(decideGate(evidence, "high").verdict).toBe("unavailable");
  });

  it("is not a pass when one of its rules crashed: the log's line is a gap, and the findings stay", async () => {
    const evidence = await look("rule-crashes");
    expect(evidence.gaps).toEqual([`Checkov could not look at everything: Failed to run check CKV_AWS_70 on /${stackPath}:aws_s3_bucket_policy.main.`]);
    expect(graver(evidence)).toEqual(["high …:aws_ebs_volume.main CKV_AWS_3"]);
  });
});

describe("a report of Checkov that cannot be trusted", () => {
  it.each([
    ["nothing-there", /^Checkov's report is not of the form that this pipeline knows: check_type: /],
    ["cut-off", new RegExp(`^Checkov could not parse ${stackPath.replaceAll(".", "\\.")}\\.$`)],
    ["half-of-it", new RegExp(`^Checkov did not find the fault that was planted in ${stackPath.replaceAll(".", "\\.")}: it has not looked at the whole file\\.$`)],
  ])("as it really was: %s", (name, message) => {
    const scan = scanFor(name);
    // Not by the step: what was to be there is what it is judged by.
    expect(() => readCheckov(scan, resultOf(readFixture(`checkov/${name}`)))).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: expect.stringMatching(message) as string }));
  });

  const scan = scanFor("two-stacks");
  const faulty = resultOf(readFixture("checkov/two-stacks"));
  const stdout = faulty.commands[0]?.stdout ?? "";
  const withRun = (changes: Partial<StepResult["commands"][number]>): StepResult => ({ ...faulty, commands: [{ exitCode: 1, stdout, stderr: "", ...changes }] });

  interface Written {
    results: Record<"passed_checks" | "failed_checks" | "skipped_checks", { check_id: string; file_path: string; guideline?: string }[]> & { parsing_errors: string[] };
    summary: Record<string, number>;
  }
  const edited = (edit: (report: Written) => void): StepResult => {
    const report = JSON.parse(stdout) as Written;
    edit(report);
    return withRun({ stdout: JSON.stringify(report) });
  };

  it.each<[string, StepResult, string | RegExp]>([
    ["absent", { ...faulty, commands: [] }, "Checkov did not run."],
    ["empty", withRun({ stdout: "" }), "Checkov left an empty report."],
    ["cut off", withRun({ stdout: stdout.slice(0, -30) }), /^Checkov left a report that is cut off or not JSON/],
    ["a list, as for several frameworks", withRun({ stdout: `[${stdout}]` }), /top level: .*expected object, received array/],
    ["of another framework", withRun({ stdout: stdout.replace('"terraform_json"', '"terraform"') }), /check_type: /],
    ["failed checks, and the exit code of none", withRun({ exitCode: 0 }), /^Checkov ended with 0 but reported \d+ failed checks: one of them is wrong\.$/],
    ["a failed check missing from its list", edited(({ results }) => results.failed_checks.shift()), /^Checkov counted \d+ failed checks and listed \d+: one of them is wrong\.$/],
    ["a passed check missing from its list", edited(({ results }) => results.passed_checks.pop()), /^Checkov counted \d+ passed checks and listed/],
    ["a file that it could not parse", edited(({ results, summary }) => { results.parsing_errors.push("/infrastructure/a.tf.json"); summary["parsing_errors"] = 1; }), "Checkov could not parse a.tf.json."],
    ["a parsing error that is counted only", edited(({ summary }) => { summary["parsing_errors"] = 1; }), "Checkov could not parse every file."],
    ["checks of another file", edited(({ results }) => { for (const check of results.failed_checks.filter(({ check_id: id }) => id === "CKV_AWS_24")) check.file_path = "/infra/cdktf.out/stacks/other/cdk.tf.json"; }), "Checkov reported on infra/cdktf.out/stacks/other/cdk.tf.json, a file that it was not given."],
    ["rules on resources alone", edited(({ results, summary }) => { results.passed_checks = results.passed_checks.filter(({ check_id: id }) => id !== "CKV2_AWS_2"); summary["passed"] = results.passed_checks.length; }), /^Checkov did not find the fault that was planted in infra\/cdktf\.out\/stacks\/empty/],
    ["rules on connections alone", edited(({ results, summary }) => { results.failed_checks = results.failed_checks.filter(({ check_id: id }) => id !== "CKV_AWS_3"); summary["failed"] = results.failed_checks.length; }), /^Checkov did not find the fault that was planted/],
  ])("%s", (_name, result, message) => {
    expect(() => readCheckov(scan, result)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: typeof message === "string" ? message : (expect.stringMatching(message) as string) }));
  });

  it("shows what it was told to skip, and links only to what is an address", () => {
    const evidence = readCheckov(
      scan,
      edited(({ results, summary }) => {
        const at = results.failed_checks.findIndex(({ check_id: id }) => id === "CKV_AWS_24");
        results.skipped_checks.push(...results.failed_checks.splice(at, 1));
        summary["failed"] = (summary["failed"] ?? 0) - 1;
        summary["skipped"] = 1;
        for (const check of results.failed_checks) check.guideline = check.check_id === "CKV_AWS_16" ? "https://docs.example/16" : "javascript:alert(1)";
      }),
    );
    expect(evidence.suppressions).toEqual([{ marker: "CKV_AWS_24", where: `${stackPath}:aws_vpc_security_group_ingress_rule.ssh` }]);
    expect(evidence.findings.filter((finding) => finding.link !== undefined).map(({ rule, link }) => `${rule} ${link ?? ""}`)).toEqual(["CKV_AWS_16 https://docs.example/16"]);
  });

  it("is never a pass, however it is broken", () => {
    fc.assert(
      fc.property(mutatedJson(stdout), fc.constantFrom(0, 1), (text, exitCode) => {
        let verdict: string;
        try {
          verdict = decideGate(readCheckov(scan, withRun({ stdout: text, exitCode })), "high").verdict;
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

describe("the severity of a rule", () => {
  it.each([
    ["CKV_AWS_41", "critical"],
    ["CKV_AWS_277", "critical"],
    ["CKV_AWS_16", "high"],
    ["CKV_AWS_158", "low"],
    ["CKV_AWS_144", "info"],
    ["CKV_AWS_382", "medium"],
    ["CKV_EXAMPLE_1", "medium"],
  ])("%s is %s", (rule, severity) => {
    expect(checkovSeverity(rule)).toBe(severity);
  });
});
