import { z } from "zod";
import { html } from "./html.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { sarif } from "./sarif.ts";
import { reportSchema, type Report } from "./schema.ts";

/** Everything that a run leaves below `out/`: path -> text. */
export function reportFiles(result: { report: Report; raw: ReadonlyMap<string, string> }): Map<string, string> {
  const report = reportSchema.parse(result.report);
  return new Map([
    ["report.json", toJson(report)],
    ["report.schema.json", toJson(z.toJSONSchema(reportSchema))],
    ["report.md", markdown(report)],
    ["report.html", html(report)],
    ["results.sarif", sarif(report)],
    ["junit.xml", junit(report)],
    ...result.raw,
  ]);
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
