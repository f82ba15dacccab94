import { z } from "zod";
import { reportSchema, type Report } from "./schema.ts";

/** Everything that a run leaves below `out/`: path -> text. */
export function reportFiles(result: { report: Report; raw: ReadonlyMap<string, string> }): Map<string, string> {
  return new Map([
    ["report.json", toJson(reportSchema.parse(result.report))],
    ["report.schema.json", toJson(z.toJSONSchema(reportSchema))],
    ...result.raw,
  ]);
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
