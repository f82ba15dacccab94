import { describe, expect, it } from "vitest";
import type { PipelineEvent } from "../../src/report/events.ts";
import { eventLine, summaryText, type Paint } from "../../src/report/text.ts";
import { formatDuration } from "../../src/report/words.ts";
import { gateNames, type ImageReport, type Report } from "../../src/report/schema.ts";
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
    "unit-tests": { facts: [{ name: "coverage", value: "91.2 %" }] },
    dependencies: {
      verdict: "failed",
      lookedAt: { count: 1204, unit: "packages" },
      findings: [
        aFinding({ gate: "dependencies", rule: "GHSA-35jh-r3h4-6jhm", title: "Command Injection in lodash", where: "lodash@4.17.20", fixedIn: "4.17.21", via: ["next", "workbox-build", "@rollup/plugin-babel", "@babel/helper-module-imports", "lodash"] }),
        aFinding({ gate: "dependencies", rule: "GHSA-qw6h-vgh9-j6wx", title: "express: XSS", where: "express@4.19.2", known: true }),
      ],
    },
    "code-quality": { mode: "report", verdict: "failed", facts: ["a", "b", "c", "d", "e"].map((name) => ({ name, value: "1" })) },
    infrastructure: { verdict: "skipped", reason: "no infrastructure", lookedAt: undefined, durationMs: 0 },
    images: { cached: true, lookedAt: { count: 3, unit: "images" } },
    "image-scan": { mode: "report", blocksAt: "critical", findings: [aFinding({ gate: "image-scan", rule: "CVE-2026-22184", title: "zlib: overflow", where: "zlib1g@1.3.1", layer: "RUN apt-get update && apt-get install -y --no-install-recommends openssl" })] },
  },
  {
    verdict: "failed",
    exitCode: 1,
    preset: "lab",
    baseline: { commit: "89abcdef0123456789abcdef0123456789abcdef", findings: 1 },
    images: [image("backend"), image("proxy")],
    allowList: [
      { id: "TS2322", problem: "expired", until: "2026-11-22" },
      { id: "4815f6ee5729183b9ff19b4f06604574fe03d795:src/keys.ts:aws-access-token:4", problem: "matches nothing", until: "2027-01-31" },
    ],
    summary: "Failed: static-analysis and dependencies. Nothing was released. Could not be checked: secrets.",
  },
);

const lineOf = (gate: string, text: string): string => text.split("\n").find((line) => line.startsWith(`${gate} `)) ?? "";

describe("the summary", () => {
  it("names what an expired entry of the allow list covered", () => {
    const countAgain = ["a.ts:1", "a.ts:2", "b.ts:3", "c.ts:4", "d.ts:5", "e.ts:6", "f.ts:7"];
    const text = (note: Partial<Report["allowList"][number]>): string => summaryText({ ...eventful, allowList: [{ id: "TS2322", problem: "expired", until: "2026-11-22", ...note }] }, { width: 200 });
    expect(text({ countAgain })).toContain("Allow list: TS2322 ended on 2026-11-22: renew or remove it; what it covered counts again: a.ts:1, a.ts:2, b.ts:3, c.ts:4, d.ts:5 and 2 more.\n");
    expect(text({})).toContain("Allow list: TS2322 ended on 2026-11-22: renew or remove it.\n");
  });

  it("says everything that has happened, at 80 columns, without colour", () => {
    expect(summaryText(eventful, { outPath: "out/report.html" })).toBe(`secrets          ? unavailable  12 min 34 s
                 The clone is shallow: older commits are not there to be
                 scanned. Fetch them with: git fetch --unshallow
static-analysis  ✗ failed         1 min 0 s   2 findings in 1 file; 1 allowed
unit-tests       ✓ passed             1.5 s   0 findings in 2 files
                 coverage 91.2 %
dependencies     ✗ failed             1.5 s   2 findings, 1 known, in 1204
                                              packages
code-quality     ✗ failed             1.5 s   0 findings in 2 files; shown only
                 a 1; b 1; c 1; d 1; 1 more fact in the report
infrastructure   - skipped                    no infrastructure
images           ✓ passed            cached   0 findings in 3 images
image-scan       ✓ passed             1.5 s   1 finding in 2 files; shown only
sbom             ✓ passed             1.5 s   0 findings in 2 files
dockerfiles      ✓ passed             1.5 s   0 findings in 2 files
licences         ✓ passed             1.5 s   0 findings in 2 files

static-analysis
  high  src/a.ts:3  TS2322: Type 'string' is not assignable to type 'number'.
  low  services/backend/src/a folder with spaces/controller.ts:12
    @typescript-eslint/no-explicit-any: Unexpected any. Specify a different
    type.
  allowed until 2027-01-31  services/frontend/src/components/note-filters.tsx:44
    TS2322: Type '{ a: { b: { c: string; }; }; }' is not assignable to type 'P'.

dependencies
  high  lodash@4.17.20  GHSA-35jh-r3h4-6jhm: Command Injection in lodash
    fixed in 4.17.21; via next > workbox-build > … > lodash
  and 1 known, in the report

image-scan
  high  zlib1g@1.3.1  CVE-2026-22184: zlib: overflow
    layer: RUN apt-get update && apt-get install -y --no-install-recom…

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

Compared with 89abcde, which had 1 finding: of 5 findings, 1 is known and 4 new.
Preset lab: only secrets, static-analysis, unit-tests, dependencies,
infrastructure, images, sbom, dockerfiles and licences stop a release, the other
gates show what they find.

Failed: static-analysis and dependencies. Nothing was released. Could not be
checked: secrets.
Report: out/report.html
`);
  });

  it("of a run in which all is well is a line for each gate, and the verdict", () => {
    const lines = summaryText(aReport()).split("\n");
    expect(lines).toHaveLength(gateNames.length + 3);
    expect(lines[0]).toBe("secrets          ✓ passed             1.5 s   0 findings in 2 files");
    expect(lines.slice(-3)).toEqual(["", "Passed: 11 gates.", ""]);
  });

  it.each([80, 100, 120])("has no line longer than %i columns but for names that are", (width) => {
    const names = /^ +(low|allowed until \S+) {2}\S.*:\d+$/;
    const long = summaryText(eventful, { width, outPath: "out/report.html" }).split("\n").filter((line) => line.length > width && !names.test(line));
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
    expect(lineOf("images", summaryText(aReport({ images: { lookedAt } }))).endsWith(text)).toBe(true);
  });

  it("tells findings of one package in two images apart", () => {
    const found = (service: string) => aFinding({ gate: "licences", rule: "no-licence", title: "The package declares no licence.", where: "transport@0.0.1", service });
    const text = summaryText(aReport({ licences: { verdict: "failed", findings: [found("backend"), found("frontend")] } }));
    expect(text).toContain("in backend");
    expect(text).toContain("in frontend");
  });

  it("says one finding, and what is shown only", () => {
    const text = summaryText(aReport({ secrets: { mode: "report", verdict: "failed", findings: [aFinding()] } }));
    expect(text).toContain("1 finding in 2 files; shown only");
  });

  it("of a skipped gate says why, without a time", () => {
    const text = summaryText(aReport({ images: { verdict: "skipped", reason: "not asked for", lookedAt: undefined, durationMs: 0 } }));
    expect(text).toContain("\nimages           - skipped                    not asked for\n");
  });

  it("says in one sentence which gates did not run, when they are many", () => {
    const text = summaryText(aReport(Object.fromEntries(gateNames.filter((name) => name !== "secrets" && name !== "images").map((name) => [name, { verdict: "skipped", reason: name === "sbom" ? "no images" : "not asked for", lookedAt: undefined }]))));
    expect(text.split("\n").slice(0, 6)).toEqual([
      "secrets          ✓ passed             1.5 s   0 findings in 2 files",
      "images           ✓ passed             1.5 s   0 findings in 2 files",
      "sbom             - skipped                    no images",
      "- skipped, not asked for: static-analysis, unit-tests, dependencies,",
      "code-quality, infrastructure, image-scan, dockerfiles, licences",
      "",
    ]);
  });

  it("shows twenty findings and counts the rest", () => {
    const findings = Array.from({ length: 23 }, (_, index) => aFinding({ where: `src/a.ts:${String(index + 1)}` }));
    const text = summaryText(aReport({ "static-analysis": { verdict: "failed", findings } }));
    expect(text.match(/TS2322/g)).toHaveLength(20);
    expect(text).toContain("\n  and 3 more, in the report\n");
  });

  it("keeps the table whole where a reason has line breaks", () => {
    const text = summaryText(aReport({ secrets: { verdict: "unavailable", reason: "First line.\n  Second line." } }));
    expect(text.split("\n").slice(0, 2)).toEqual(["secrets          ? unavailable        1.5 s   0 findings in 2 files", "                 First line. Second line."]);
  });

  it("shows what stops the release before all else, however late the tool came upon it", () => {
    const findings = [...Array.from({ length: 30 }, () => aFinding({ severity: "low" })), aFinding({ severity: "critical", rule: "THE-ONE", title: "Late." })];
    const text = summaryText(aReport({ "static-analysis": { verdict: "failed", findings } }));
    expect(text.split("\n")[gateNames.length + 2]).toContain("critical  src/a.ts:3  THE-ONE: ");
    expect(text).toContain("\n  and 26 more, in the report\n");
  });

  it("counts what the baseline had already and lists the rest", () => {
    const findings = [aFinding({ known: true }), aFinding({ known: true }), aFinding({ rule: "NEW" })];
    const text = summaryText(aReport({ secrets: { verdict: "failed", findings } }));
    expect(lineOf("secrets", text)).toContain("3 findings, 2 known, in 2 files");
    expect(text).toContain("\n  high  src/a.ts:3  NEW: ");
    expect(text).toContain("\n  and 2 known, in the report\n");
    expect(text).not.toContain("TS2322");
  });

  it.each<[string, Partial<Report>, string]>([
    ["no gate that stops", { gates: gateNames.map((name) => aGateReport(name, { mode: "report" })) }, "Preset lab: no gate stops a release."],
    ["one", { gates: gateNames.map((name) => aGateReport(name, { mode: name === "images" ? "block" : "report" })) }, "Preset lab: only images stops a release, the other gates show what they find."],
  ])("says what the lab preset means, with %s", (_name, more, text) => {
    expect(summaryText({ ...aReport({}, { preset: "lab" }), ...more }).replaceAll("\n", " ")).toContain(text);
  });

  it("obeys no control character of a tool", () => {
    const evil = "\u001b[2J\u001b]0;title\u0007\u202eabc\u009b31m";
    const text = summaryText(aReport({ secrets: { verdict: "failed", reason: evil, facts: [{ name: evil, value: evil }], findings: [aFinding({ where: evil, rule: evil, title: evil, fixedIn: evil, layer: evil })], suppressions: [{ marker: evil, where: evil }] } }, { summary: evil, allowList: [{ id: evil, problem: "expired", until: "2026-01-01" }] }));
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
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
