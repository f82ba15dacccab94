import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import type { CommandResult } from "../../engine/engine.ts";
import type { Severity } from "../../report/schema.ts";
import { UnreadableReportError } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";

/** `npm audit --json`, and the ways in which it prints a clean report without having asked anybody. */

/** Our script's own code for "there are vulnerabilities": npm's 1 is its failure as well. */
export const foundCode = 10;

const endpoint = "/-/npm/v1/security/advisories/bulk";

const severity = z.enum(["critical", "high", "moderate", "low", "info"]);

const advisorySchema = z.object({
  source: z.number(),
  name: z.string(),
  title: z.string(),
  url: z.string(),
  severity,
  range: z.string(),
});

const vulnerabilitySchema = z.object({
  name: z.string().min(1),
  severity,
  /** A string is the name of another vulnerable package, on which this one depends. */
  via: z.array(z.union([z.string(), advisorySchema])).min(1),
  range: z.string(),
  /** Locations in the lock file. */
  nodes: z.array(z.string()),
  fixAvailable: z.union([z.boolean(), z.object({ name: z.string(), version: z.string(), isSemVerMajor: z.boolean().default(false) })]),
});

const count = z.number().int().nonnegative();

const reportSchema = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(z.string(), vulnerabilitySchema),
  metadata: z.object({
    vulnerabilities: z.object({ info: count, low: count, moderate: count, high: count, critical: count, total: count }),
    dependencies: z.object({ total: count }),
  }),
});

/** In place of a report. npm 11.21 prints both parts, with the second one empty, where it was the registry that failed. */
const failureSchema = z.object({
  message: z.string().optional(),
  statusCode: z.number().optional(),
  error: z.object({ code: z.string().nullish(), summary: z.string().nullish(), detail: z.string().nullish() }).optional(),
});

export type NpmAdvisory = z.infer<typeof advisorySchema>;
export type NpmVulnerability = z.infer<typeof vulnerabilitySchema>;

export interface NpmAudit {
  readonly vulnerabilities: readonly NpmVulnerability[];
  /** How many packages npm found in the lock file. */
  readonly packages: number;
}

/** Throws UnreadableReportError unless the registry was asked for advisories, answered, and everything agrees. */
export function readNpmAudit(text: string, command: CommandResult): NpmAudit {
  const log = stripVTControlCharacters(command.stderr);
  const raw = withoutPassword(`${text}\n${log}`);
  refuseFailure(text, raw);
  const report = parseJsonReport("npm audit", text, reportSchema);
  const vulnerabilities = Object.values(report.vulnerabilities);
  const refuse = (what: string): never => {
    throw new UnreadableReportError(what, raw);
  };
  const answer = /^npm http fetch POST (\d+) \S+\/-\/npm\/v1\/security\/advisories\/bulk\b/m.exec(log)?.[1];
  if (answer === undefined) refuse("npm printed a report without having asked the registry for advisories.");
  if (answer !== "200") refuse(`npm printed a report although the registry answered ${answer ?? ""} to POST ${endpoint}.`);
  if ((command.exitCode === foundCode) !== vulnerabilities.length > 0) refuse(`npm audit ended with ${String(command.exitCode)} but reported ${String(vulnerabilities.length)} vulnerable packages: one of them is wrong.`);
  const said = report.metadata.vulnerabilities;
  const agrees = said.total === vulnerabilities.length && severity.options.every((level) => said[level] === vulnerabilities.filter((found) => found.severity === level).length);
  if (!agrees) refuse("npm audit's sums are not those of its vulnerabilities: the report is not whole.");
  for (const [name, { name: own, via }] of Object.entries(report.vulnerabilities)) {
    if (name !== own || via.some((cause) => typeof cause === "string" && report.vulnerabilities[cause] === undefined)) refuse(`npm audit's report does not say what is wrong with ${name}: it is not whole.`);
  }
  if (vulnerabilities.length > 0 && vulnerabilities.every(({ via }) => via.every((cause) => typeof cause === "string"))) refuse("npm audit reports vulnerable packages and no advisory.");
  return { vulnerabilities, packages: report.metadata.dependencies.total };
}

/** What npm prints in place of a report. */
function refuseFailure(text: string, raw: string): void {
  const { message, statusCode, error } = failureSchema.safeParse(jsonOf(text)).data ?? {};
  const refuse = (what: string): never => {
    throw new UnreadableReportError(what, raw);
  };
  if (message === undefined) {
    if (error !== undefined) refuse(`npm could not audit: ${withoutPassword(error.summary || error.detail || error.code || "it does not say why")}`);
    return;
  }
  const said = `it answered ${String(statusCode)} to POST ${endpoint}.`;
  const registry = `The registry${hostIn(message)}`;
  if (statusCode === 401 || statusCode === 403) refuse(`${registry} does not give its advisories to us: ${said}`);
  if (statusCode === 404 || statusCode === 405 || statusCode === 501) refuse(`${registry} has no advisories: ${said}`);
  if (statusCode !== undefined && statusCode >= 400) refuse(`${registry} could not give its advisories: ${said}`);
  if (/invalid json/i.test(message)) refuse(`${registry} answered with something else than advisories (a page, perhaps) to POST ${endpoint}.`);
  refuse(`The registry's advisories could not be had: ${withoutPassword(message)}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** " (host)" of the first address in a message; never a user or a password. */
function hostIn(message: string): string {
  const address = /https?:\/\/[^\s"']+/.exec(message)?.[0];
  return address !== undefined && URL.canParse(address) ? ` (${new URL(address).host})` : "";
}

/** For addresses in what npm prints. */
export const withoutPassword = (text: string): string => text.replaceAll(/(https?:\/\/)[^/@\s"']+@/g, "$1");

export const severityOf = (level: NpmAdvisory["severity"]): Severity => (level === "moderate" ? "medium" : level);
