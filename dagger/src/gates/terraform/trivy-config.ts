import { z } from "zod";
import type { Step, StepResult } from "../../engine/engine.ts";
import type { Severity } from "../../report/schema.ts";
import { UnreadableReportError, type Evidence, type GateContext } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";
import { probeAddress } from "./probe.ts";
import { byPlace, documentAt, findingOf, resourcesOf, scanFolder, type Scan } from "./scan.ts";
import { terraformText } from "./terraform-text.ts";

/** Trivy's misconfiguration checks, those that it brings with it, offline. */

const clean = 0;
const found = 9;

/** Trivy reads the same resources in Terraform's own language. */
const inOwnLanguage = (path: string): string => path.replace(/\.json$/, "");

export function trivyConfigStep(scan: Scan, context: Pick<GateContext, "timeoutMs">): Step {
  return {
    name: "infrastructure/trivy",
    image: { kind: "named", name: "trivy" },
    files: scan.documents.map(({ document, json }) => ({ from: "text", content: terraformText(json), to: `${scanFolder}/${inOwnLanguage(document.path)}` })),
    workdir: scanFolder,
    commands: [
      {
        argv: ["trivy", "config", "--format", "json", "--exit-code", String(found), "--cache-dir", "/tmp/trivy", "--skip-check-update", "--skip-version-check", "--disable-telemetry", "--misconfig-scanners", "terraform", "."],
        accept: [clean, found],
      },
    ],
    env: {},
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: context.timeoutMs,
    memoryMb: 2048,
    network: "none",
  };
}

const severityOf = { CRITICAL: "critical", HIGH: "high", MEDIUM: "medium", LOW: "low", UNKNOWN: "medium" } as const satisfies Record<string, Severity>;

/** Where Trivy's severity is for any infrastructure, and ours for a web application. */
const ownSeverities: Readonly<Record<string, Severity>> = {
  // A load balancer that faces the internet: what it is for.
  "AWS-0053": "low",
  // Anything out to everywhere, one port included; Checkov's rule for the same has this severity too.
  "AWS-0104": "medium",
  // A key of one's own instead of AWS's: for buckets, and for CloudTrail's records.
  "AWS-0132": "low",
  "AWS-0015": "medium",
};

const misconfigurationSchema = z.object({
  ID: z.string().min(1),
  Title: z.string().min(1),
  Severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"]),
  Status: z.literal("FAIL"),
  PrimaryURL: z.string().optional(),
  CauseMetadata: z.object({ Resource: z.string().min(1) }),
});

const reportSchema = z.object({
  SchemaVersion: z.literal(2),
  Trivy: z.object({ Version: z.string().min(1) }),
  Results: z.array(
    z.object({
      Target: z.string(),
      Class: z.literal("config"),
      MisconfSummary: z.object({ Successes: z.number().int(), Failures: z.number().int() }),
      Misconfigurations: z.array(misconfigurationSchema).default([]),
    }),
  ),
});

/** Throws UnreadableReportError unless Trivy has looked at every file. */
export function readTrivyConfig(scan: Scan, result: StepResult): Evidence {
  const [run] = result.commands;
  if (run === undefined) throw new UnreadableReportError("Trivy did not run.");
  const report = parseJsonReport("Trivy", run.stdout, reportSchema);
  const log = withoutCause(run.stderr);
  refuseHalfAReport(scan, report, { exitCode: run.exitCode, log });
  const findings = report.Results.flatMap(({ Target, Misconfigurations }) =>
    Misconfigurations.filter(({ CauseMetadata }) => CauseMetadata.Resource !== probeAddress).map(({ ID, Title, Severity, PrimaryURL, CauseMetadata }) =>
      findingOf({ rule: ID, severity: ownSeverities[ID] ?? severityOf[Severity], title: Title, link: PrimaryURL, document: documentAt(scan, "Trivy", `${Target}.json`).document, address: CauseMetadata.Resource }),
    ),
  );
  return {
    toolVersion: `Trivy ${report.Trivy.Version}`,
    lookedAt: { count: resourcesOf(scan).length, unit: "resources" },
    findings: findings.toSorted(byPlace),
    suppressions: [],
    // That it takes the checks it brings along is what it was told to do.
    gaps: [...log.matchAll(/\t(?:ERROR|FATAL)\t(.*)/g)].flatMap(([, said = ""]) => (said.includes("Falling back to embedded checks") ? [] : [`Trivy could not look at everything: ${said.replaceAll("\t", " ")}.`])),
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map([
      ["trivy.json", withoutCode(run.stdout)],
      ["trivy.log", log],
    ]),
  };
}

function refuseHalfAReport(scan: Scan, { Results }: z.infer<typeof reportSchema>, run: { exitCode: number; log: string }): void {
  const refuse = (what: string): UnreadableReportError => new UnreadableReportError(what, run.log);
  const failures = Results.reduce((total, { Misconfigurations }) => total + Misconfigurations.length, 0);
  const off = Results.find(({ MisconfSummary, Misconfigurations }) => MisconfSummary.Failures !== Misconfigurations.length);
  if (off !== undefined) throw refuse(`Trivy counted ${String(off.MisconfSummary.Failures)} failures in ${off.Target} and listed ${String(off.Misconfigurations.length)}: one of them is wrong.`);
  if ((run.exitCode === found) !== failures > 0) throw refuse(`Trivy ended with ${String(run.exitCode)} but reported ${String(failures)} failures: one of them is wrong.`);
  for (const { document } of scan.documents) {
    const target = Results.find(({ Target }) => Target === inOwnLanguage(document.path));
    const seen = target?.Misconfigurations.some(({ ID, CauseMetadata }) => ID === "AWS-0026" && CauseMetadata.Resource === probeAddress) ?? false;
    // What Trivy cannot parse it leaves out, with exit code 0.
    if (!seen) throw refuse(`Trivy did not find the fault that was planted in ${document.path}: it has not looked at the whole file.`);
  }
}

/** Of a file that it cannot parse, Trivy repeats the line. */
const withoutCause = (log: string): string => log.replaceAll(/ cause="(?:[^"\\]|\\.)*"/g, "");

/** Trivy repeats the lines that a finding is about, whatever they hold. */
function withoutCode(text: string): string {
  return JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === "Code" ? undefined : value)), null, 2);
}
