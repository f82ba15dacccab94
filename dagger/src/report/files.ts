import { z } from "zod";
import { html } from "./html.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { ReleaseEvent } from "./release-events.ts";
import { releasePicture } from "./release-picture.ts";
import { sarif } from "./sarif.ts";
import { reportSchema, type Report } from "./schema.ts";

/** Everything that a run leaves below `out/`: path -> text. */
export function reportFiles(result: { report: Report; raw: ReadonlyMap<string, string>; releaseEvents?: readonly ReleaseEvent[] }): Map<string, string> {
  const report = reportSchema.parse(result.report);
  const picture = result.releaseEvents === undefined ? undefined : releasePicture(result.releaseEvents);
  return new Map([
    ["report.json", toJson(report)],
    ["report.schema.json", toJson(z.toJSONSchema(reportSchema))],
    ["report.md", markdown(report)],
    ["report.html", html(report, picture)],
    ["results.sarif", sarif(report)],
    ["junit.xml", junit(report)],
    ...(picture === undefined ? [] : [["release.svg", picture] as const]),
    ...result.raw,
  ]);
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
