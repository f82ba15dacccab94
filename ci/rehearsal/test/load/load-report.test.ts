import { expect, it } from "vitest";
import { LoadReport } from "../../src/load/load-report.ts";

it("has percentiles to 2 %, failures, and the longest gap without a success, per task set too", () => {
  const report = new LoadReport();
  report.start(0);
  for (let index = 1; index <= 100; index += 1) report.add({ atMs: index * 10, latencyMs: index, isSuccess: index < 41 || index > 60, taskSet: index % 2 === 0 ? "blue" : "green" });
  const { latencyMs, taskSets, ...rest } = report.summary(1000);
  expect(rest).toEqual({ requests: 100, failures: 20, successRate: 0.8, longestGapMs: 210 });
  for (const [found, expected] of [[latencyMs.p50, 50], [latencyMs.p95, 95], [latencyMs.p99, 99]] as const) expect(Math.abs(found - expected) / expected).toBeLessThan(0.02);
  expect(taskSets).toMatchObject({ blue: { requests: 50, failures: 10 }, green: { requests: 50, failures: 10 } });
});

it("counts a silence that goes on as a gap, and what reached nobody as none's", () => {
  const report = new LoadReport();
  report.start(0);
  report.add({ atMs: 10, latencyMs: 1, isSuccess: true, taskSet: "blue" });
  report.add({ atMs: 20, latencyMs: 1, isSuccess: false, taskSet: undefined });
  expect(report.summary(510)).toMatchObject({ longestGapMs: 500, taskSets: { none: { successRate: 0 } } });
});
