import { describe, expect, it } from "vitest";
import { html } from "../../src/report/html.ts";
import { markdown } from "../../src/report/markdown.ts";
import type { EmitRelease, ReleaseEvent } from "../../src/report/release-events.ts";
import { releasePicture } from "../../src/report/release-picture.ts";
import { releaseReportOf, withRelease } from "../../src/report/release-record.ts";
import { releaseReportSchema } from "../../src/report/release-schema.ts";
import { releaseText } from "../../src/report/release-text.ts";
import { aReport } from "../support/a-report.ts";
import { rolledBack } from "./release-story.ts";

const beginMs = rolledBack[0]?.atMs ?? 0;
const of = { check: "latency", stage: "shift", dryRun: false } as const;
const at = (seconds: number, event: Parameters<EmitRelease>[0]): ReleaseEvent => ({ ...event, atMs: beginMs + seconds * 1000 });
const analysis: readonly ReleaseEvent[] = [
  at(60, { kind: "sample", ...of, result: "inconclusive", text: "there is no data yet" }),
  at(120, { kind: "sample", ...of, result: "pass", text: "0.2 (at most 1)" }),
  at(125, { kind: "sample", check: "errors", stage: "shift", dryRun: true, result: "fail", text: "7 (at most 1)" }),
  at(130, { kind: "sample", ...of, result: "pass", text: "0.3 (at most 1)" }),
  at(140, { kind: "sample", ...of, result: "fail", text: "1.4 (at most 1)" }),
  at(150, { kind: "sample", ...of, result: "fail", text: "<1.5> (at most 1)" }),
  at(150, { kind: "verdict", ...of, result: "fail", stops: true, why: "2 of the last 3 samples were bad" }),
];
const events = [...rolledBack.slice(0, -1), ...analysis, ...rolledBack.slice(-1)];
const release = releaseReportOf(events, { what: "release" });

describe("the checks of a release", () => {
  it("are written as they change, and as they end", () => {
    const text = releaseText();
    expect(analysis.flatMap((event) => text(event) ?? [])).toEqual([
      "   0:00  check latency          inconclusive   there is no data yet",
      "   1:00  check latency          pass           0.2 (at most 1)",
      "   1:05  check errors           dry run, fail  7 (at most 1)",
      "   1:20  check latency          fail           1.4 (at most 1)",
      "   1:30  check latency          fail           <1.5> (at most 1)",
      "   1:30  check latency failed: 2 of the last 3 samples were bad -> the deployment is stopped",
    ]);
  });

  it("are in the report, each with all of its samples, also one that was not decided", () => {
    expect(releaseReportSchema.parse(release).analysis).toEqual([
      expect.objectContaining({ check: "latency", result: "fail", stops: true, samples: expect.arrayContaining([{ at: new Date(beginMs + 130_000).toISOString(), result: "pass", text: "0.3 (at most 1)" }]) as unknown }),
      expect.objectContaining({ check: "errors", dryRun: true, stops: false, why: "the deployment ended before it was decided" }),
    ]);
    expect(release.analysis?.[0]?.samples).toHaveLength(5);
    expect(releaseReportOf(rolledBack, { what: "release" }).analysis).toBeUndefined();
  });

  it("are a table in Markdown and on the page, where nothing that was answered is obeyed", () => {
    const report = withRelease(aReport(), release, 1);
    expect(markdown(report)).toContain("| latency | during the shift | fail, stopped the release | 5 (2 bad, 1 without a value) | 2 of the last 3 samples were bad |");
    const page = html(report);
    expect(page).toContain("fail, stopped the release");
    expect(page).toContain("open, dry run");
    expect(page).toContain("fail: &#60;1.5&#62; (at most 1)");
  });

  it("that stop a release are in its picture", () => {
    expect(releasePicture(events)).toContain("check latency</text>");
    expect(releasePicture(events)).toContain("check latency failed;");
  });
});
