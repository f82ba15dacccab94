import { describe, expect, it } from "vitest";
import { conditionTitle, notEvaluated } from "../../../src/gates/sonar/conditions.ts";
import type { GateCondition } from "../../../src/gates/sonar/record.ts";

const condition = (metricKey: string, comparator: string, errorThreshold: string, actualValue: string): GateCondition => ({ status: "ERROR", metricKey, comparator, errorThreshold, actualValue });

describe("conditionTitle", () => {
  it.each<[GateCondition, string]>([
    [condition("coverage", "LT", "80", "71.34502923976608"), "coverage is 71.3 %, at least 80 % is needed"],
    [condition("coverage", "LT", "80", "79.96"), "coverage is 79.9 %, at least 80 % is needed"],
    [condition("duplicated_lines_density", "GT", "3", "3.04"), "the share of duplicated lines is 3.1 %, at most 3 % is allowed"],
    [condition("new_coverage", "LT", "80", "0.0"), "coverage of new code is 0 %, at least 80 % is needed"],
    [condition("security_hotspots_reviewed", "LT", "100", "50.0"), "the share of reviewed security hotspots is 50 %, at least 100 % is needed"],
    [condition("bugs", "GT", "0", "2"), "the number of bugs is 2, at most 0 is allowed"],
    [condition("new_violations", "GT", "0", "12"), "the number of issues of new code is 12, at most 0 is allowed"],
    [condition("new_security_rating", "GT", "1", "4"), "security rating of new code is D, A or better is needed"],
    [condition("software_quality_blocker_issues", "GT", "0", "1"), "software quality blocker issues is 1, at most 0 is allowed"],
    [condition("alert_status", "GT", "x", "y"), "alert status is y, at most x is allowed"],
    [{ status: "ERROR", metricKey: "coverage" }, "coverage is unknown, at most what its quality gate says is allowed"],
  ])("says what %j means", (given, title) => {
    expect(conditionTitle(given)).toBe(title);
  });
});

describe("notEvaluated", () => {
  const wanted = [{ metric: "coverage", op: "LT", error: "80" }] as const;
  it.each<[string, readonly GateCondition[], number]>([
    ["was evaluated", [condition("coverage", "LT", "80", "90")], 0],
    ["was evaluated by the same limit, written in another way", [condition("coverage", "LT", "80.0", "90")], 0],
    ["is not there", [condition("bugs", "GT", "0", "0")], 1],
    ["has another limit", [condition("coverage", "LT", "8", "90")], 1],
    ["looks the other way", [condition("coverage", "GT", "80", "90")], 1],
    ["has no value", [{ status: "NO_VALUE", metricKey: "coverage", comparator: "LT", errorThreshold: "80" }], 1],
    ["has an empty value", [{ status: "OK", metricKey: "coverage", comparator: "LT", errorThreshold: "80" }], 1],
  ])("knows a condition that %s", (_, conditions, missing) => {
    expect(notEvaluated(wanted, conditions)).toHaveLength(missing);
  });
});
