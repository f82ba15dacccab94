import { RehearsalError } from "../rehearsal-error.ts";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `200ms`, `30s`, `2m`, `1h`. */
export function durationMs(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (number === undefined) throw new RehearsalError("BAD_ARGUMENTS", `${text} is no time. Nothing was changed.`, "A time is, say, 200ms, 30s, 2m or 1h.");
  return Number(number) * (units[unit] ?? 1);
}
