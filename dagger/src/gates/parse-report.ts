import type { z } from "zod";
import { UnreadableReportError } from "./gate.ts";

/** Parses a tool's JSON report at the edge. Throws UnreadableReportError, never returns half a report. */
export function parseJsonReport<Schema extends z.ZodType>(tool: string, text: string, schema: Schema): z.infer<Schema> {
  if (text.trim() === "") throw new UnreadableReportError(`${tool} left an empty report.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UnreadableReportError(`${tool} left a report that is cut off or not JSON (${String(text.length)} characters).`, text);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnreadableReportError(
    `${tool}'s report is not of the form that this pipeline knows${issue === undefined ? "" : `: ${issue.path.map(String).join(".") || "top level"}: ${issue.message}`}.`,
    text,
  );
}
