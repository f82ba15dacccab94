import { homedir, hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { reportFiles } from "../../src/report/files.ts";
import { reportSchema, type Report } from "../../src/report/schema.ts";
import { aReport } from "../support/a-report.ts";
import { sampleReport } from "../support/sample-report.ts";
import { aFinding } from "../support/values.ts";

const raw = new Map([["raw/secrets/gitleaks.log", "8:14AM INF no leaks found\n"]]);
const image = { service: "web", reference: "notes-web:0123456", imageId: `sha256:${"ab".repeat(32)}`, sizeBytes: 1, standIns: [] };

describe("what a run leaves below out/", () => {
  it("is the report in each of its forms, its schema, and the tools' own reports", () => {
    const files = reportFiles({ report: aReport(), raw });
    expect([...files.keys()]).toEqual(["report.json", "report.schema.json", "report.md", "report.html", "results.sarif", "junit.xml", "raw/secrets/gitleaks.log"]);
    expect(JSON.parse(files.get("report.json") ?? "")).toEqual(aReport());
    expect([...files.values()].every((text) => text.endsWith("\n"))).toBe(true);
  });

  it("holds nothing that is not in the report: no secret of a tool's own report, none of the environment", () => {
    const planted = "planted-9f4c1e7a";
    process.env["SONAR_TOKEN"] = planted;
    try {
      const files = reportFiles({ report: sampleReport(), raw: new Map([["raw/secrets/gitleaks-tree.json", planted]]) });
      expect([...files].filter(([, text]) => text.includes(planted)).map(([name]) => name)).toEqual(["raw/secrets/gitleaks-tree.json"]);
      // Neither does where it was made: no path of this machine, nobody's name.
      const made = [...files].filter(([name]) => !name.startsWith("raw/")).map(([, text]) => text).join("\n");
      for (const here of [process.cwd(), import.meta.dirname, homedir(), hostname()].filter((word) => word.length > 5)) expect(made).not.toContain(here);
    } finally {
      delete process.env["SONAR_TOKEN"];
    }
  });

  it("is the same each time", () => {
    expect([...reportFiles({ report: sampleReport(), raw })]).toEqual([...reportFiles({ report: sampleReport(), raw })]);
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
