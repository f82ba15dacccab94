import { z } from "zod";
import type { Finding, Severity } from "../../report/schema.ts";
import { UnreadableReportError } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";
import { imageConfigSchema, nameLayers } from "./layers.ts";

/** Reads Trivy's report on one image. */

export interface ImageScan {
  readonly findings: readonly Finding[];
  readonly packages: number;
  /** Names of the operating system's packages that it knows. */
  readonly ofSystem: ReadonlySet<string>;
  /** `name@version` of the npm packages that it knows. */
  readonly ofNpm: ReadonlySet<string>;
  /** Undefined when Trivy recognised no operating system, and so looked at none of its packages. */
  readonly system: string | undefined;
}

/** What Trivy ends with when it has found anything. */
export const foundExitCode = 9;

const severityOf: Readonly<Record<string, Severity>> = { CRITICAL: "critical", HIGH: "high", MEDIUM: "medium", LOW: "low", UNKNOWN: "low" };

const vulnerabilitySchema = z.object({
  VulnerabilityID: z.string().min(1),
  PkgName: z.string().min(1),
  InstalledVersion: z.string().default(""),
  FixedVersion: z.string().optional(),
  Severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"]),
  Title: z.string().optional(),
  PrimaryURL: z.string().optional(),
  Layer: z.object({ DiffID: z.string().optional() }).optional(),
});

/**
 * Strict where a word that is not known may mean that something was not looked
 * at, or stands elsewhere now.
 */
const systemSchema = z.strictObject({ Family: z.string(), Name: z.string(), EOSL: z.boolean().optional(), extended: z.boolean().optional() });
const resultSchema = z.strictObject({
  Target: z.string(),
  Class: z.enum(["os-pkgs", "lang-pkgs"]),
  Type: z.string(),
  Packages: z.array(z.object({ Name: z.string().min(1), Version: z.string().default("") })).optional(),
  Vulnerabilities: z.array(vulnerabilitySchema).optional(),
  ExperimentalModifiedFindings: z.array(z.unknown()).optional(),
});

const reportSchema = z.object({
  SchemaVersion: z.literal(2),
  ArtifactType: z.literal("container_image"),
  Metadata: z.object({
    ImageID: z.string(),
    OS: systemSchema.optional(),
    ImageConfig: imageConfigSchema,
  }),
  Results: z.array(resultSchema).optional(),
});

type TrivyReport = z.infer<typeof reportSchema>;
type Vulnerability = z.infer<typeof vulnerabilitySchema>;

export function readImageScan(service: string, scan: { exitCode: number; stderr: string; report: string }, imageId: string): ImageScan {
  const report = parseJsonReport("Trivy", scan.report, reportSchema);
  const { Metadata: metadata, Results: results = [] } = report;
  if (metadata.ImageID !== imageId) throw new UnreadableReportError(`Trivy looked at another image: ${metadata.ImageID} instead of ${imageId}.`);
  const error = scan.stderr.split("\n").find((line) => /\t(ERROR|FATAL)\t/.test(line));
  if (error !== undefined) throw new UnreadableReportError(`Trivy could not look at everything: ${error.split("\t").slice(2).join(" ")}`, scan.stderr);
  if (results.some((result) => (result.ExperimentalModifiedFindings ?? []).length > 0)) throw new UnreadableReportError("Something has hidden vulnerabilities from Trivy's report.", scan.stderr);

  const vulnerabilities = results.flatMap((result) => result.Vulnerabilities ?? []);
  if ((scan.exitCode === foundExitCode) !== vulnerabilities.length > 0) {
    throw new UnreadableReportError(`Trivy ended with ${String(scan.exitCode)} but reported ${String(vulnerabilities.length)} vulnerabilities: one of them is wrong.`);
  }
  const packages = count(results);
  // "none" is Trivy's word for a list of packages without a system that they are of.
  const system = metadata.OS === undefined || metadata.OS.Family === "none" ? undefined : `${metadata.OS.Family} ${metadata.OS.Name}`;
  if (system !== undefined && count(results.filter((result) => result.Class === "os-pkgs")) === 0) {
    throw new UnreadableReportError(`The image is ${system}, and Trivy knows none of its packages: their list was removed from the image, or Trivy has no advisories for this system.`, scan.stderr);
  }
  if (packages === 0) throw new UnreadableReportError("Trivy knows no package of the image, so it can say nothing of it. An image of one program alone needs a program that tells what it is made of (Go and Rust can).", scan.stderr);
  return { findings: [...aboutSystem(service, metadata, scan.stderr), ...toFindings(service, vulnerabilities, nameLayers(metadata.ImageConfig))], packages, system, ...namesIn(results) };
}

function namesIn(results: NonNullable<TrivyReport["Results"]>): Pick<ImageScan, "ofSystem" | "ofNpm"> {
  const of = (isWanted: (result: (typeof results)[number]) => boolean) => results.filter(isWanted).flatMap((result) => result.Packages ?? []);
  return {
    ofSystem: new Set(of((result) => result.Class === "os-pkgs").map(({ Name }) => Name)),
    ofNpm: new Set(of((result) => result.Type === "node-pkg").map(({ Name, Version }) => `${Name}@${Version}`)),
  };
}

const count = (results: NonNullable<TrivyReport["Results"]>): number => results.reduce((sum, result) => sum + (result.Packages?.length ?? 0), 0);

/** Without these the image of a system that nobody looks after any more would be the cleanest. */
function aboutSystem(service: string, { OS: system }: TrivyReport["Metadata"], log: string): Finding[] {
  if (system === undefined) return [];
  const where = `${system.Family}@${system.Name}`;
  const finding = (rule: string, title: string): Finding => ({ gate: "image-scan", id: `${rule}:${service}:${system.Family}`, rule, severity: "critical", title, where, service });
  if (system.EOSL === true) return [finding("end-of-life", `${system.Family} ${system.Name} gets no more security updates: new vulnerabilities are not even listed for it. Move the image to a release that does.`)];
  if (/\tWARN\t.*This OS version is not on the EOL list/.test(log)) return [finding("unknown-release", `Trivy does not know ${system.Family} ${system.Name}: whether it has advisories for it, and until when, nobody can say.`)];
  return [];
}

/** Copies of one package in several places are one finding. */
function toFindings(service: string, vulnerabilities: readonly Vulnerability[], layers: ReadonlyMap<string, string>): Finding[] {
  const findings = new Map<string, Finding>();
  for (const found of vulnerabilities) {
    const { VulnerabilityID: rule, PkgName: name, InstalledVersion: version, FixedVersion: fixedIn, PrimaryURL: link } = found;
    const where = version === "" ? name : `${name}@${version}`;
    const layer = found.Layer?.DiffID === undefined ? undefined : layers.get(found.Layer.DiffID);
    findings.set(`${rule} ${where} ${found.Severity}`, {
      gate: "image-scan",
      // Without the version: another one that is as vulnerable is not a new finding.
      id: `${rule}:${service}:${name}`,
      rule,
      severity: severityOf[found.Severity] ?? "low",
      title: found.Title?.split("\n")[0] ?? rule,
      where,
      service,
      ...(fixedIn === undefined || fixedIn === "" ? {} : { fixedIn }),
      ...(link !== undefined && /^https?:\/\//.test(link) && URL.canParse(link) ? { link } : {}),
      ...(layer === undefined ? {} : { layer }),
    });
  }
  return [...findings.values()];
}
