import { z } from "zod";
import { UnreadableReportError, type GateContext } from "../gate.ts";

/** A database's own metadata.json, as far as its age goes. */
export const databaseMetadataSchema = z.object({
  Version: z.literal(2),
  /** When its advisories were put together. */
  UpdatedAt: z.string(),
});

const dayMs = 86_400_000;

/** How old a database is, in words. Throws UnreadableReportError when it is too old to trust, or nobody knows how old. */
export function checkAge(updatedAt: string, { now, config }: Pick<GateContext, "now" | "config">): { readonly date: string; readonly age: string } {
  const { maxDatabaseAgeDays } = config.gates["image-scan"];
  const at = Date.parse(updatedAt);
  if (!Number.isFinite(at)) throw new UnreadableReportError(`The vulnerability database does not say when it was made ("${updatedAt.slice(0, 40)}").`);
  const date = `${new Date(at).toISOString().slice(0, 16)}Z`;
  const days = (now - at) / dayMs;
  if (days < -1) throw new UnreadableReportError(`The vulnerability database is of ${date}, which is in the future: this machine's clock or the database is wrong.`);
  if (days > maxDatabaseAgeDays) {
    throw new UnreadableReportError(`The vulnerability database is of ${date}, ${inDays(days)} old; gates.image-scan.maxDatabaseAgeDays in gitops.json is ${String(maxDatabaseAgeDays)}. Bring the mirror or the folder up to date.`);
  }
  return { date, age: days < 1 ? "less than a day" : inDays(days) };
}

function inDays(days: number): string {
  const whole = Math.floor(days);
  return whole === 1 ? "1 day" : `${String(whole)} days`;
}
