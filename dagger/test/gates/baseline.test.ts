import { describe, expect, it } from "vitest";
import { applyBaseline } from "../../src/gates/baseline.ts";
import type { Finding, GateReport, Report } from "../../src/report/schema.ts";
import { aReport } from "../support/a-report.ts";
import { aFinding } from "../support/values.ts";

const baseOf = (findings: readonly Finding[], gate: Partial<GateReport> = {}): Report => aReport({ "static-analysis": { verdict: "failed", findings: [...findings], ...gate } });
const marks = (findings: readonly Finding[], baseline: Report | undefined): boolean[] => applyBaseline(findings, baseline).map((finding) => finding.known === true);

const at = (line: number, more: Partial<Finding> = {}): Finding => aFinding({ where: `src/a.ts:${String(line)}`, ...more });

describe("a baseline", () => {
  it("knows what was there before, also where it has moved to", () => {
    expect(marks([at(3)], baseOf([at(3)]))).toEqual([true]);
    expect(marks([at(30)], baseOf([at(3)]))).toEqual([true]);
    expect(marks([at(30, { title: "another way to say it" })], baseOf([at(3)]))).toEqual([true]);
  });

  it("does not know another finding of the same kind: the one that has not moved is the old one", () => {
    expect(marks([at(1), at(3)], baseOf([at(3)]))).toEqual([false, true]);
    expect(marks([at(3), at(3)], baseOf([at(3)]))).toEqual([true, false]);
  });

  it("does not know what got worse, what is of another service, and what has another id", () => {
    expect(marks([at(3, { severity: "critical" })], baseOf([at(3)]))).toEqual([false]);
    expect(marks([at(3, { service: "web" })], baseOf([at(3, { service: "api" })]))).toEqual([false]);
    expect(marks([at(3, { id: "TS1:src/a.ts" })], baseOf([at(3)]))).toEqual([false]);
  });

  it("does not know a limit that is missed by more than before, nor anything that did not come to its end", () => {
    const missed = (value: number, worse: "lower" | "higher" = "lower"): Finding => at(3, { measured: { value, worse } });
    expect(marks([missed(79.9)], baseOf([missed(79.9)]))).toEqual([true]);
    expect(marks([missed(79.95)], baseOf([missed(79.9)]))).toEqual([true]);
    expect(marks([missed(79.8)], baseOf([missed(79.9)]))).toEqual([false]);
    expect(marks([missed(4, "higher")], baseOf([missed(3, "higher")]))).toEqual([false]);
    expect(marks([missed(3, "higher")], baseOf([missed(4, "higher")]))).toEqual([true]);
    expect(marks([missed(3)], baseOf([at(3)]))).toEqual([false]);
    expect(marks([at(3, { unfinished: true })], baseOf([at(3, { unfinished: true })]))).toEqual([false]);
  });

  it("is none when its gate did not look at everything", () => {
    for (const gate of [{ verdict: "unavailable", reason: "no image" }, { verdict: "skipped", reason: "not asked for" }, { verdict: "failed", reason: "Not everything could be looked at: x" }] as const) {
      expect(marks([at(3)], baseOf([at(3)], gate))).toEqual([false]);
    }
    expect(marks([at(3)], undefined)).toEqual([false]);
    expect(applyBaseline([], baseOf([at(3)]))).toEqual([]);
  });
});
