import { describe, expect, it } from "vitest";
import { headlineOf } from "../../src/report/headline.ts";
import { html } from "../../src/report/html.ts";
import { markdown } from "../../src/report/markdown.ts";
import { withRelease } from "../../src/report/release-record.ts";
import { outcomeKinds, type OutcomeKind, type ReleaseReport } from "../../src/report/release-schema.ts";
import { aReport } from "../support/a-report.ts";

const nothing: ReleaseReport = { what: "release", images: [], changes: [], notes: [], findings: [] };
const ended = (kind: OutcomeKind): ReleaseReport => ({ ...nothing, outcome: { kind, summary: `It is ${kind}.`, next: "", startedAt: "2026-11-24T10:00:00.000Z", endedAt: "2026-11-24T10:16:00.000Z" } });
const report = aReport({}, { verdict: "passed", exitCode: 0 });

describe("a report's headline", () => {
  it.each(outcomeKinds)("is good only where users are on the new version: %s", (kind) => {
    const whole = withRelease(report, ended(kind), 0);
    const isGood = kind === "released" || kind === "unchanged";
    expect([headlineOf(whole).state, whole.exitCode === 0]).toEqual(isGood ? ["passed", true] : ["failed", false]);
    expect(html(whole).includes('class="banner passed"')).toBe(isGood);
    expect(markdown(whole).startsWith("## ✓")).toBe(isGood);
  });

  it("says that nothing was released, with the exit code of what stood against it", () => {
    const whole = withRelease(report, { ...nothing, refused: { code: "PREFLIGHT", message: "No alarm is attached." } }, 2);
    expect(headlineOf(whole)).toEqual({ state: "failed", sign: "✗", words: "not released" });
    expect([whole.exitCode, whole.summary.endsWith("Not released: No alarm is attached.")]).toEqual([2, true]);
  });

  it("is the gates' where nothing was to be released", () => {
    expect(headlineOf(report)).toEqual({ state: "passed", sign: "✓", words: "passed" });
  });
});
