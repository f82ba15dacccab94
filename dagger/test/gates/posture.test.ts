import { describe, expect, it } from "vitest";
import { awsControls, securityPosture } from "../../src/gates/posture.ts";
import { gateNames, type Control, type GateReport } from "../../src/report/schema.ts";
import { aGateReport, aReport } from "../support/a-report.ts";

const stateOf = (gate: Partial<GateReport>): string => securityPosture([aGateReport("secrets", gate)], [])[0]?.state ?? "";

describe("the security posture", () => {
  it("has a line for each gate and for each control that AWS carries", () => {
    const posture = securityPosture(aReport().gates, []);
    expect(posture).toHaveLength(gateNames.length + Object.keys(awsControls).length);
    expect(new Set(posture.map((line) => line.control)).size).toBe(posture.length);
  });

  it.each<[string, Partial<GateReport>]>([
    ["active", { verdict: "passed", mode: "block" }],
    ["active", { verdict: "failed", mode: "block" }],
    ["lab", { verdict: "passed", mode: "report" }],
    ["lab", { verdict: "failed", mode: "report" }],
    ["unavailable", { verdict: "unavailable", mode: "block", reason: "no image" }],
    ["unavailable", { verdict: "unavailable", mode: "report", reason: "no image" }],
    ["unavailable", { verdict: "skipped", mode: "block", reason: "not asked for" }],
    ["unavailable", { verdict: "skipped", mode: "off", reason: "turned off in gitops.json: x" }],
  ])("is %s for a gate that is %j", (state, gate) => {
    expect(stateOf(gate)).toBe(state);
  });

  it("says why something is unavailable", () => {
    for (const line of securityPosture(aReport({ secrets: { verdict: "unavailable", reason: "no image" } }).gates, [])) {
      if (line.state === "unavailable") expect(line.note ?? "").not.toBe("");
    }
  });

  it("takes what AWS carries from the infrastructure, and from nowhere else", () => {
    const told: Control[] = [{ ...awsControls.scanOnPush, mode: "aws", state: "active" }];
    const aws = (controls: readonly Control[]): Control[] => securityPosture(aReport({ infrastructure: { verdict: "skipped", reason: "no infrastructure in gitops.json" } }).gates, controls).filter((line) => line.mode === "aws");
    expect(aws(told)).toEqual(told);
    expect(aws([]).every((line) => line.state === "unavailable" && line.note === "no infrastructure in gitops.json")).toBe(true);
  });
});
