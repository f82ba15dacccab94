import { describe, expect, it } from "vitest";
import type { PipelineEvent } from "../../src/report/events.ts";
import { eventLine, formatDuration, summaryText, type Paint } from "../../src/report/text.ts";
import type { ImageReport, Report } from "../../src/report/schema.ts";
import { aGateReport, aReport } from "../support/a-report.ts";
import { aCommit, aFinding } from "../support/values.ts";

const image = (service: string): ImageReport => ({
  service,
  reference: `notes-${service}:0123456-dirty`,
  imageId: `sha256:${"0a1b".repeat(16)}`,
  sizeBytes: 171_600_000,
  standIns: ["localhost/stand-in/node:24.21.0"],
});

/** A report with everything in it that has words. */
const eventful: Report = aReport(
  {
    secrets: {
      verdict: "unavailable",
      durationMs: 754_000,
      lookedAt: { count: 0, unit: "parts" },
      reason: "The clone is shallow: older commits are not there to be scanned. Fetch them with: git fetch --unshallow",
      standIns: ["localhost/stand-in/gitleaks:8.30.1"],
      suppressions: [{ marker: ".gitleaksignore", where: ".gitleaksignore" }],
    },
    "static-analysis": {
      verdict: "failed",
      durationMs: 59_950,
      lookedAt: { count: 1, unit: "files" },
      findings: [
        aFinding(),
        aFinding({ severity: "low", rule: "@typescript-eslint/no-explicit-any", where: "services/backend/src/a folder with spaces/controller.ts:12", title: "Unexpected any. Specify a different type." }),
        aFinding({ allowed: { reason: "looked at", until: "2027-01-31" }, title: "Type '{ a: { b: { c: string; }; }; }' is not assignable to type 'P'.", where: "services/frontend/src/components/note-filters.tsx:44" }),
      ],
      suppressions: Array.from({ length: 7 }, (_, index) => ({ marker: "eslint-disable", where: `services/backend/src/http/observe-requests.ts:${String(index + 1)}` })),
    },
    images: { cached: true, lookedAt: { count: 3, unit: "images" } },
  },
  {
    verdict: "failed",
    exitCode: 1,
    images: [image("backend"), image("proxy")],
    allowList: [
      { id: "TS2322", problem: "expired", until: "2026-11-22" },
      { id: "4815f6ee5729183b9ff19b4f06604574fe03d795:src/keys.ts:aws-access-token:4", problem: "matches nothing", until: "2027-01-31" },
    ],
    summary: "Failed: static-analysis. Nothing was released. Could not be checked: secrets.",
  },
);

describe("the summary", () => {
  it("says everything that has happened, at 80 columns, without colour", () => {
    expect(summaryText(eventful, { outPath: "out/report.json" })).toBe(`secrets          ? unavailable  12 min 34 s   The clone is shallow: older
                                              commits are not there to be
                                              scanned. Fetch them with: git
                                              fetch --unshallow
static-analysis  ✗ failed         1 min 0 s   2 findings in 1 file; 1 allowed
images           ✓ passed            cached   0 findings in 3 images

static-analysis
  high  src/a.ts:3  TS2322: Type 'string' is not assignable to type 'number'.
  low  services/backend/src/a folder with spaces/controller.ts:12
    @typescript-eslint/no-explicit-any: Unexpected any. Specify a different
    type.
  allowed until 2027-01-31  services/frontend/src/components/note-filters.tsx:44
    TS2322: Type '{ a: { b: { c: string; }; }; }' is not assignable to type 'P'.

secrets is silenced in the tree at 1 place: .gitleaksignore
static-analysis is silenced in the tree at 7 places:
services/backend/src/http/observe-requests.ts:1,
services/backend/src/http/observe-requests.ts:2,
services/backend/src/http/observe-requests.ts:3,
services/backend/src/http/observe-requests.ts:4,
services/backend/src/http/observe-requests.ts:5 and 2 more

Allow list: TS2322 ended on 2026-11-22: renew or remove it.
Allow list:
4815f6ee5729183b9ff19b4f06604574fe03d795:src/keys.ts:aws-access-token:4 matches
nothing: remove it.

notes-backend:0123456-dirty  0a1b0a1b0a1b  172 MB
notes-proxy:0123456-dirty  0a1b0a1b0a1b  172 MB

Registries could not be reached; stand-ins were used:
localhost/stand-in/gitleaks:8.30.1, localhost/stand-in/node:24.21.0. AWS would
refuse images built from them.

Failed: static-analysis. Nothing was released. Could not be checked: secrets.
Report: out/report.json
`);
  });

  it("of a run in which all is well is five lines", () => {
    expect(summaryText(aReport())).toBe(`secrets          ✓ passed             1.5 s   0 findings in 2 files
static-analysis  ✓ passed             1.5 s   0 findings in 2 files
images           ✓ passed             1.5 s   0 findings in 2 files

Passed: secrets, static-analysis and images.
`);
  });

  it.each([80, 100, 120])("has no line longer than %i columns but for names that are", (width) => {
    const names = /^ +(low|allowed until \S+) {2}\S.*:\d+$/;
    const long = summaryText(eventful, { width, outPath: "out/report.json" }).split("\n").filter((line) => line.length > width && !names.test(line));
    expect(long).toEqual([]);
  });

  it("begins every note of the table in the same column, whatever the duration is", () => {
    const durations = [0, 999, 59_900, 754_000, 7_199_000];
    const columns = durations.map((durationMs) => summaryText(aReport({ secrets: { durationMs } })).split("\n")[0]?.indexOf("0 findings"));
    expect(new Set(columns).size).toBe(1);
  });

  it.each([
    [{ count: 1, unit: "images" }, "0 findings in 1 image"],
    [{ count: 2, unit: "images" }, "0 findings in 2 images"],
    [{ count: 1, unit: "commits and the working tree" }, "0 findings in 1 commit and the"],
  ])("counts as people do: %j", (lookedAt, text) => {
    expect(summaryText(aReport({ images: { lookedAt } })).split("\n")[2]?.endsWith(text)).toBe(true);
  });

  it("says one finding, and what is shown only", () => {
    const text = summaryText(aReport({ secrets: { mode: "report", verdict: "failed", findings: [aFinding()] } }));
    expect(text).toContain("1 finding in 2 files; shown only");
  });

  it("of a skipped gate says why, without a time", () => {
    const text = summaryText(aReport({ images: { verdict: "skipped", reason: "not asked for", lookedAt: undefined, durationMs: 0 } }));
    expect(text).toContain("\nimages           - skipped                    not asked for\n");
  });

  it("shows twenty findings and counts the rest", () => {
    const findings = Array.from({ length: 23 }, (_, index) => aFinding({ where: `src/a.ts:${String(index + 1)}` }));
    const text = summaryText(aReport({ "static-analysis": { verdict: "failed", findings } }));
    expect(text.match(/TS2322/g)).toHaveLength(20);
    expect(text).toContain("\n  and 3 more, in the report\n");
  });

  it("keeps the table whole where a reason has line breaks", () => {
    const text = summaryText(aReport({ secrets: { verdict: "unavailable", reason: "First line.\n  Second line." } }));
    expect(text.split("\n")[0]).toMatch(/^secrets {10}\? unavailable {8}1\.5 s {3}0 findings in 2 files; First line\.$/);
    expect(text.split("\n")[1]).toMatch(/^ {46}Second line\.$/);
  });

  it("has no space at the end of a line", () => {
    expect(summaryText(eventful).split("\n").filter((line) => line.endsWith(" "))).toEqual([]);
  });

  it("paints around words, never within the width that is counted", () => {
    const painted: Paint = (style, text) => `<${style}>${text}</${style}>`;
    expect(summaryText(eventful, { paint: painted }).replaceAll(/<\/?(bold|dim|green|red|yellow)>/g, "")).toBe(summaryText(eventful));
    expect(summaryText(eventful, { paint: painted })).toContain("<red>✗ failed      </red>");
  });
});

describe("an event's line", () => {
  const line = (event: Omit<PipelineEvent, "at"> & Record<string, unknown>, at = 1500): string | undefined => eventLine({ at, ...event } as PipelineEvent);

  it.each<[string, Parameters<typeof line>[0], string | undefined]>([
    ["the beginning", { kind: "pipeline-started", commit: aCommit, dirty: false, engine: "podman 4.3.1", gates: ["secrets", "images"] }, "  1.5 s  commit 0123456, on podman 4.3.1: secrets, images"],
    ["the beginning, dirty", { kind: "pipeline-started", commit: aCommit, dirty: true, engine: "podman 4.3.1", gates: ["secrets"] }, "  1.5 s  commit 0123456 with uncommitted changes, on podman 4.3.1: secrets"],
    ["a step's end", { kind: "step-finished", gate: "secrets", step: "secrets", outcome: "done", durationMs: 12_340 }, "  1.5 s  secrets: secrets done in 12.3 s"],
    ["a step's failure", { kind: "step-finished", gate: "images", step: "build/web", outcome: "failed", durationMs: 900 }, "  1.5 s  images: build/web failed after 900 ms"],
    ["a step that was stopped", { kind: "step-finished", gate: "images", step: "build/web", outcome: "stopped", durationMs: 900 }, "  1.5 s  images: build/web stopped after 900 ms"],
    ["a step from the cache", { kind: "step-finished", gate: "images", step: "build/web", outcome: "cached", durationMs: 900 }, "  1.5 s  images: build/web unchanged, from the cache"],
    ["a note", { kind: "note", text: "Fetching docker.io/library/node" }, "  1.5 s  Fetching docker.io/library/node"],
    ["a gate's end", { kind: "gate-finished", report: aGateReport("secrets") }, "  1.5 s  ✓ passed secrets: 0 findings in 2 files"],
    ["a gate that broke", { kind: "gate-finished", report: aGateReport("secrets", { verdict: "unavailable", lookedAt: { count: 0, unit: "parts" }, reason: "It broke." }) }, "  1.5 s  ? unavailable secrets: It broke."],
    ["a skipped gate", { kind: "gate-finished", report: aGateReport("secrets", { verdict: "skipped", reason: "not asked for" }) }, undefined],
    ["a gate's beginning", { kind: "gate-started", gate: "secrets" }, undefined],
    ["a step's beginning", { kind: "step-started", gate: "secrets", step: "secrets" }, undefined],
    ["the end", { kind: "pipeline-finished", report: aReport() }, undefined],
  ])("%s", (_name, event, text) => {
    expect(line(event)).toBe(text);
  });
});

describe("a duration", () => {
  it.each([
    [0, "0 ms"],
    [0.4, "0 ms"],
    [999, "999 ms"],
    [999.4, "999 ms"],
    [999.5, "1.0 s"],
    [1000, "1.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 min 0 s"],
    [60_000, "1 min 0 s"],
    [89_600, "1 min 30 s"],
    [119_499, "1 min 59 s"],
    [119_500, "2 min 0 s"],
    [3_600_000, "60 min 0 s"],
  ])("of %d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
