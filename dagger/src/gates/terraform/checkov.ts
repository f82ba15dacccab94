import { z } from "zod";
import type { CommandResult, Step, StepResult } from "../../engine/engine.ts";
import type { Suppression } from "../../report/schema.ts";
import { UnreadableReportError, type Evidence, type GateContext } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";
import { checkovSeverity } from "./checkov-severities.ts";
import { probeAddress } from "./probe.ts";
import { byPlace, documentAt, findingOf, resourcesOf, scanFolder, type Scan } from "./scan.ts";
import type { TerraformDocument } from "./terraform-json.ts";

/** Checkov on the Terraform JSON, offline. */

const clean = 0;
const found = 1;

export function checkovStep(scan: Scan, context: Pick<GateContext, "timeoutMs">): Step {
  return {
    name: "infrastructure/checkov",
    image: { kind: "named", name: "checkov" },
    files: scan.documents.map(({ document, text }) => ({ from: "text", content: text, to: `${scanFolder}/${document.path}` })),
    workdir: scanFolder,
    // Its framework "terraform" reads no JSON, and says that all is well. --quiet leaves out what passed, --compact the code.
    commands: [{ argv: ["checkov", "--directory", scanFolder, "--framework", "terraform_json", "--skip-download", "--compact", "--output", "json"], accept: [clean, found] }],
    env: { BC_SKIP_MAPPING: "TRUE" },
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: context.timeoutMs,
    memoryMb: 2048,
    network: "none",
  };
}

const checkSchema = z.object({
  check_id: z.string().min(1),
  check_name: z.string().min(1),
  /** From the scanned folder, with a slash before it. */
  file_path: z.string().startsWith("/"),
  file_line_range: z.tuple([z.number().int(), z.number().int()]),
  /** `aws_vpc.main` for some checks, `resource.main` for others. */
  resource: z.string(),
  guideline: z.string().nullish(),
});

// Without anything to check Checkov prints the summary alone.
const reportSchema = z.object({
  check_type: z.literal("terraform_json"),
  results: z.object({
    passed_checks: z.array(checkSchema),
    failed_checks: z.array(checkSchema),
    skipped_checks: z.array(checkSchema),
    parsing_errors: z.array(z.string()),
  }),
  summary: z.object({ passed: z.number().int(), failed: z.number().int(), skipped: z.number().int(), parsing_errors: z.number().int(), checkov_version: z.string().min(1) }),
});

type Report = z.infer<typeof reportSchema>;
type Check = z.infer<typeof checkSchema>;

/** Throws UnreadableReportError unless Checkov has looked at every file, to its end. */
export function readCheckov(scan: Scan, result: StepResult): Evidence {
  const [run] = result.commands;
  if (run === undefined) throw new UnreadableReportError("Checkov did not run.");
  const { results, summary } = parseJsonReport("Checkov", run.stdout, reportSchema);
  refuseHalfAReport(scan, { results, summary }, run);
  const placed = (checks: readonly Check[]): Placed[] => checks.map((check) => place(scan, check)).filter(({ address }) => address !== probeAddress);
  const judged = new Set(placed([...results.passed_checks, ...results.failed_checks]).map(({ document, address }) => `${document.path}:${address}`));
  const resources = resourcesOf(scan);
  const count = resources.filter(({ path, address }) => judged.has(`${path}:${address}`)).length;
  return {
    toolVersion: `Checkov ${summary.checkov_version}`,
    lookedAt: { count, unit: "resources" },
    findings: placed(results.failed_checks)
      .map(({ check, document, address }) => findingOf({ rule: check.check_id, severity: checkovSeverity(check.check_id), title: check.check_name, link: check.guideline, document, address }))
      .toSorted(byPlace),
    suppressions: placed(results.skipped_checks).map(({ check, document, address }): Suppression => ({ marker: check.check_id, where: `${document.path}:${address}` })),
    // One check's crash leaves nothing but a line in the log.
    gaps: [...run.stderr.matchAll(/\[(?:ERROR|CRITICAL) *\] +(.*)/g)].map((match) => `Checkov could not look at everything: ${match[1] ?? ""}.`),
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map([
      ["checkov.json", run.stdout],
      ["checkov.log", run.stderr],
    ]),
    facts: [{ name: "resources that Checkov has rules for", value: `${String(count)} of ${String(resources.length)}` }],
  };
}

interface Placed {
  readonly check: Check;
  readonly document: TerraformDocument;
  readonly address: string;
}

function place(scan: Scan, check: Check): Placed {
  const { document, addressAt } = documentAt(scan, "Checkov", check.file_path.slice(1));
  return { check, document, address: addressAt(check.file_line_range[0]) ?? check.resource };
}

function refuseHalfAReport(scan: Scan, { results, summary }: Pick<Report, "results" | "summary">, run: CommandResult): void {
  const refuse = (what: string): UnreadableReportError => new UnreadableReportError(what, `${run.stdout}\n${run.stderr}`);
  const [unparsed] = results.parsing_errors;
  if (unparsed !== undefined || summary.parsing_errors > 0) throw refuse(`Checkov could not parse ${unparsed?.replace(`${scanFolder}/`, "") ?? "every file"}.`);
  for (const kind of ["passed", "failed", "skipped"] as const) {
    const listed = results[`${kind}_checks`].length;
    if (summary[kind] !== listed) throw refuse(`Checkov counted ${String(summary[kind])} ${kind} checks and listed ${String(listed)}: one of them is wrong.`);
  }
  if ((run.exitCode === found) !== results.failed_checks.length > 0) {
    throw refuse(`Checkov ended with ${String(run.exitCode)} but reported ${String(results.failed_checks.length)} failed checks: one of them is wrong.`);
  }
  for (const { document, addressAt } of scan.documents) {
    const hasProbe = (checks: readonly Check[], rule: string): boolean => checks.some((check) => check.check_id === rule && check.file_path === `/${document.path}` && addressAt(check.file_line_range[0]) === probeAddress);
    // One is of the rules that look at a resource alone, the other of those that look at how resources are connected.
    if (!hasProbe(results.failed_checks, "CKV_AWS_3") || !hasProbe(results.passed_checks, "CKV2_AWS_2")) {
      throw refuse(`Checkov did not find the fault that was planted in ${document.path}: it has not looked at the whole file.`);
    }
  }
}
