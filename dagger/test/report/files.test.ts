import { describe, expect, it } from "vitest";
import { z } from "zod";
import { reportFiles } from "../../src/report/files.ts";
import { reportSchema, type Report } from "../../src/report/schema.ts";
import { aReport } from "../support/a-report.ts";
import { aFinding } from "../support/values.ts";

const raw = new Map([["raw/secrets/gitleaks.log", "8:14AM INF no leaks found\n"]]);
const image = { service: "web", reference: "notes-web:0123456", imageId: `sha256:${"ab".repeat(32)}`, sizeBytes: 1, standIns: [] };

describe("what a run leaves below out/", () => {
  it("is the report, its schema, and the tools' own reports", () => {
    const files = reportFiles({ report: aReport(), raw });
    expect([...files.keys()]).toEqual(["report.json", "report.schema.json", "raw/secrets/gitleaks.log"]);
    expect(JSON.parse(files.get("report.json") ?? "")).toEqual(aReport());
    expect([...files.values()].every((text) => text.endsWith("\n"))).toBe(true);
  });

  it("points from the report to the schema beside it", () => {
    const files = reportFiles({ report: aReport(), raw });
    const { $schema } = JSON.parse(files.get("report.json") ?? "") as { $schema: string };
    expect(files.has($schema.replace("./", ""))).toBe(true);
  });

  it.each<[string, Report, boolean]>([
    ["a report", aReport({ secrets: { verdict: "failed", findings: [aFinding({ gate: "secrets" })] } }, { images: [image] }), true],
    ["a key too many", { ...aReport(), more: 1 } as Report, false],
    ["a key too few", { ...aReport(), summary: undefined } as unknown as Report, false],
    ["an unknown verdict", { ...aReport(), verdict: "skipped" } as unknown as Report, false],
    ["an exit code that is none of ours", { ...aReport(), exitCode: 5 } as unknown as Report, false],
    ["a commit cut short", aReport({}, { commit: "0123456" }), false],
    ["an image id that is none", aReport({}, { images: [{ ...image, imageId: "sha256:ab" }] }), false],
    ["an empty image", aReport({}, { images: [{ ...image, sizeBytes: 0 }] }), false],
    ["a negative duration", aReport({}, { durationMs: -1 }), false],
    ["a time that is none", aReport({}, { startedAt: "yesterday" }), false],
    ["a finding of an unknown severity", aReport({ secrets: { findings: [aFinding({ severity: "moderate" as never })] } }), false],
  ])("with a schema that tells a report from what is none: %s", (_name, report, valid) => {
    const schema = JSON.parse(reportFiles({ report: aReport(), raw }).get("report.schema.json") ?? "") as z.core.JSONSchema.JSONSchema;
    // As a reader of the file would have it, without the sources.
    const reader = z.fromJSONSchema(schema);
    const asRead = JSON.parse(JSON.stringify(report)) as unknown;
    expect([reader.safeParse(asRead).success, reportSchema.safeParse(asRead).success]).toEqual([valid, valid]);
    if (!valid) expect(() => reportFiles({ report, raw })).toThrow();
  });
});
