import { createHash } from "node:crypto";
import { blocks } from "./findings.ts";
import { placeOf, relativeUri, webAddress } from "./links.ts";
import { severities, type Finding, type GateName, type GateReport, type Report, type Severity } from "./schema.ts";
import { advice } from "./words.ts";

/**
 * SARIF 2.1.0, a run for each gate that ran: every finding, whatever its
 * severity or its gate's mode. A skipped gate has no run: a server would take
 * an empty one for "all of it is mended".
 */
export function sarif(report: Report): string {
  const runs = report.gates.filter((gate) => gate.verdict !== "skipped").map((gate) => run(gate, report));
  return `${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs }, null, 1)}\n`;
}

const root = "%SRCROOT%";

function run(gate: GateReport, report: Report): unknown {
  const rules = [...Map.groupBy(gate.findings, (finding) => finding.rule)];
  const ruleIndex = new Map(rules.map(([rule], index) => [rule, index]));
  const fingerprint = fingerprints();
  return {
    tool: { driver: { name: gate.tool.name, version: gate.tool.version, rules: rules.map(([rule, findings]) => describeRule(rule, findings, gate.name)) } },
    // What follows the last slash tells runs of one category apart; GitHub refuses two of the same category.
    automationDetails: { id: `${report.project}/${gate.name}/` },
    invocations: [invocation(gate, report)],
    originalUriBaseIds: { [root]: { description: { text: "The root of the repository." } } },
    columnKind: "utf16CodeUnits",
    results: gate.findings.map((finding) => result(finding, gate, { ruleIndex: ruleIndex.get(finding.rule) ?? 0, fingerprint: fingerprint(finding), compared: report.baseline !== undefined })),
    properties: { gate: gate.name, mode: gate.mode, verdict: gate.verdict, commit: report.commit, ...(report.branch === undefined ? {} : { branch: report.branch }) },
  };
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = { critical: "error", high: "error", medium: "warning", low: "note", info: "note" };
/** In the middle of the range that code scanning gives each word; above 9 is critical, from 7 high, from 4 medium. */
const securitySeverity: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0", info: "0.0" };
/** A linter's error or a failing test is no vulnerability: only these gates' findings are ranked as such. */
const securityGates: ReadonlySet<GateName> = new Set(["secrets", "dependencies", "infrastructure", "image-scan"]);

function describeRule(rule: string, findings: readonly Finding[], gate: GateName): unknown {
  const titles = new Set(findings.map((finding) => finding.title));
  const gravest = severities.find((severity) => findings.some((finding) => finding.severity === severity)) ?? "info";
  const link = webAddress(findings.find((finding) => finding.link !== undefined)?.link);
  const description = titles.size === 1 ? sentence([...titles][0] ?? "", rule) : `${rule}, reported by the gate ${gate}.`;
  return {
    id: rule,
    shortDescription: { text: description },
    fullDescription: { text: description },
    help: { text: `${advice[gate]}${link === undefined ? "" : ` More: ${link}`}` },
    ...(link === undefined ? {} : { helpUri: link }),
    defaultConfiguration: { level: levels[gravest] },
    properties: { tags: [gate, ...(securityGates.has(gate) ? ["security"] : [])], ...(securityGates.has(gate) ? { "security-severity": securitySeverity[gravest] } : {}) },
  };
}

function invocation(gate: GateReport, report: Report): unknown {
  const began = Date.parse(report.startedAt) + (gate.startedAtMs ?? 0);
  // A gate with a reason did not see everything, whatever else it found.
  const complete = gate.verdict !== "unavailable" && gate.reason === undefined;
  return {
    executionSuccessful: complete,
    startTimeUtc: new Date(began).toISOString(),
    endTimeUtc: new Date(began + gate.durationMs).toISOString(),
    ...(complete ? {} : { toolExecutionNotifications: [{ level: "error", message: { text: sentence(gate.reason ?? "", "The gate could not look at everything.") } }] }),
  };
}

interface ResultFacts {
  readonly ruleIndex: number;
  readonly fingerprint: string;
  /** Is there a baseline? Without one, nothing is known or new. */
  readonly compared: boolean;
}

function result(finding: Finding, gate: GateReport, { ruleIndex, fingerprint, compared }: ResultFacts): unknown {
  const { allowed, known, severity, service, fixedIn, via, layer } = finding;
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levels[severity],
    message: { text: `${sentence(finding.title, finding.rule)}${placeOf(finding) === undefined ? ` (${finding.where})` : ""}${fixedIn === undefined ? "" : ` Fixed in ${fixedIn}.`}` },
    locations: [location(finding)],
    partialFingerprints: { "gitopsFinding/v1": fingerprint },
    suppressions: allowed === undefined ? [] : [{ kind: "external", status: "accepted", justification: `${allowed.reason} (until ${allowed.until})` }],
    ...(compared ? { baselineState: known === true ? "unchanged" : "new" } : {}),
    properties: { id: finding.id, severity, counts: blocks(finding, gate.blocksAt), ...present({ service, fixedIn, via, layer }) },
  };
}

/**
 * A file and line where there is one. A package is a logical location; beside it
 * stands the file that made the pipeline look, because GitHub refuses the whole
 * upload for a single location without a file.
 */
function location(finding: Finding): unknown {
  const place = placeOf(finding);
  const uri = relativeUri(place?.path ?? "gitops.json");
  return {
    physicalLocation: { artifactLocation: { uri, uriBaseId: root }, ...(place === undefined ? { region: { startLine: 1 } } : place.line === undefined ? {} : { region: { startLine: place.line } }) },
    ...(place === undefined ? { logicalLocations: [{ fullyQualifiedName: finding.where, ...(/^\S+@\S+$/.test(finding.where) ? { kind: "package" } : {}) }] } : {}),
  };
}

/** The same for a finding that only moved within its file; the second of a kind in one file is another. */
function fingerprints(): (finding: Finding) => string {
  const seen = new Map<string, number>();
  return (finding) => {
    const hash = createHash("sha256").update(JSON.stringify([finding.gate, finding.service ?? "", finding.rule, placeOf(finding)?.path ?? finding.where, finding.title])).digest("hex").slice(0, 32);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${String(count)}`;
  };
}

/** SARIF takes no empty message. */
const sentence = (text: string, otherwise: string): string => (text.trim() === "" ? otherwise : text);

const present = (values: Readonly<Record<string, unknown>>): Record<string, unknown> => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
