import { blocks, byWeight, countFindings, standInsOf, stateOf, stoppingGates } from "./findings.ts";
import { code, escapeMarkdown, linked, table } from "./markdown-escape.ts";
import { headlineOf, outcomeWords } from "./headline.ts";
import { visible } from "./visible.ts";
import { severities, type Finding, type GateReport, type Report } from "./schema.ts";
import { advice, allowCommand, allowListText, baselineText, checkWord, formatBytes, formatCount, formatDuration, foundText, loadText, modeWords, presetText, sampleCounts, stageWords, standInText, timeOf, verdictSign } from "./words.ts";

/** As a comment of a pull request: GitHub takes 65,536 characters. */
const longestComment = 60_000;

/** The report for a pull request: the verdict in the first line, what to do, then the rest. */
export function markdown(given: Report): string {
  const report = visible(given);
  let text = "";
  for (const shown of [20, 10, 5, 2, 1, 0]) {
    text = render(report, shown);
    if (text.length < longestComment) return text;
  }
  const rest = "\n\nThe rest is in `report.html`.\n";
  return `${text.slice(0, text.lastIndexOf("\n", longestComment - rest.length - 1))}${rest}`;
}

/** `shown` is the most of a kind that is listed; the rest is counted. */
function render(report: Report, shown: number): string {
  const headline = headlineOf(report);
  const sections = [
    `## ${headline.sign} ${headline.words}: ${escapeMarkdown(report.project)} at ${code(report.commit.slice(0, 7))}${report.branch === undefined ? "" : ` on ${code(report.branch)}`}`,
    escapeMarkdown(report.summary, 1000),
    [baselineText(report), presetText(report)].filter((text) => text !== undefined).join("\n"),
    `${formatDuration(report.durationMs)} on ${escapeMarkdown(report.engine)}, for ${report.target === "aws" ? "AWS" : "a rehearsal"}, commit ${report.commit}${report.dirty ? " with uncommitted changes" : ""}. Every finding is in ${code("report.html")}.`,
    ...section("Release", releaseLines(report)),
    gateTable(report),
    ...section("What to do", stoppingGates(report).map((gate) => whatToDo(gate, report, shown))),
    ...section("What does not stop the release", report.gates.flatMap((gate) => others(gate, shown))),
    ...section("Allowed for a time", allowed(report, shown)),
    ...section("Allow list", asList(capped(report.allowList, shown, (note) => `- ${code(note.id)} ${escapeMarkdown(allowListText(note), 600)}.`))),
    ...section("Silenced in the tree", asList(suppressions(report, shown))),
    ...section("Images", images(report)),
    ...section("Security posture", posture(report)),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function releaseLines({ release }: Report): string[] {
  if (release === undefined) return [];
  const { outcome, refused, analysis = [], changes, findings, notes, load } = release;
  return [
    outcome === undefined ? `**not released** ${escapeMarkdown(refused?.message ?? "", 2000)}` : `**${outcomeWords[outcome.kind]}** ${escapeMarkdown([outcome.summary, outcome.next].filter((text) => text !== "").join(" "), 2000)}`,
    ...(load === undefined ? [] : [loadText(load)]),
    ...(analysis.length === 0 ? [] : [table(["Check", "When", "Result", "Samples", "Why"], analysis.slice(0, 20).map((check) => [escapeMarkdown(check.check, 80), stageWords[check.stage], checkWord(check), sampleCounts(check), escapeMarkdown(check.why, 400)]))]),
    ...asList([
      ...changes.slice(0, 20).map(({ path, from, to }) => `- ${code(path)} ${escapeMarkdown(from ?? "nothing", 80)} → ${escapeMarkdown(to ?? "nothing", 80)}`),
      ...(changes.length > 20 ? [`- and ${String(changes.length - 20)} more`] : []),
      ...findings.filter(({ level }) => level !== "ok").map(({ level, what, next }) => `- ${level}: ${escapeMarkdown(`${what} ${next}`, 400)}`),
      ...notes.map((note) => `- ${escapeMarkdown(note, 300)}`),
    ]),
  ];
}

const section = (title: string, parts: readonly string[]): string[] => (parts.length === 0 ? [] : [`### ${title}`, ...parts]);

const asList = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : [lines.join("\n")]);

function gateTable(report: Report): string {
  return table(
    ["Gate", "Verdict", "Mode", "Findings", "Time", "Note"],
    report.gates.map((gate) => [gate.name, `${verdictSign[gate.verdict]} ${gate.verdict}`, modeWords[gate.mode], counts(gate), timeOf(gate), note(gate)]),
  );
}

function counts(gate: GateReport): string {
  if (foundText(gate) === undefined && gate.findings.length === 0) return "";
  const { shown, known, allowed: covered, blocking } = countFindings(gate);
  const parts = [gate.mode === "block" && blocking > 0 && blocking < shown ? `${String(blocking)} blocking` : "", known > 0 ? `${String(known)} known` : "", covered > 0 ? `${String(covered)} allowed` : ""].filter((part) => part !== "");
  return `${String(shown)}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

function note(gate: GateReport): string {
  const looked = gate.lookedAt === undefined || gate.lookedAt.count === 0 ? [] : [escapeMarkdown(formatCount(gate.lookedAt.count, gate.lookedAt.unit.replace(/^(\w+)s\b/, "$1"), gate.lookedAt.unit), 80)];
  return [...looked, ...gate.facts.slice(0, 6).map((fact) => escapeMarkdown(`${fact.name}: ${fact.value}`, 100)), ...(gate.reason === undefined ? [] : [escapeMarkdown(gate.reason, 500)])].join("; ");
}

function whatToDo(gate: GateReport, report: Report, shown: number): string {
  const blocking = byWeight(gate).filter((finding) => blocks(finding, gate.blocksAt));
  const parts = [`#### ${gate.name}: ${heading(gate, blocking.length)}`];
  if (gate.reason !== undefined) parts.push(escapeMarkdown(gate.reason, 1000));
  if (gate.verdict === "unavailable") parts.push(`Nobody knows what it would have found. Mend that and run again${report.target === "aws" ? "" : "; until then this may be rehearsed, and AWS would refuse it"}.${logs(gate)}`);
  if (gate.verdict === "skipped") parts.push("AWS takes only what every gate has passed. Run it, or turn it off with a reason in `gitops.json`.");
  if (blocking.length > 0) parts.push(capped(blocking, shown, item).join("\n"), `${advice[gate.name]} To let one stay for a time: ${code(allowCommand)}`);
  return parts.join("\n\n");
}

function heading(gate: GateReport, blocking: number): string {
  if (gate.verdict === "failed") return `${formatCount(blocking, "finding")} to mend`;
  return gate.verdict === "unavailable" ? "could not look" : "did not run";
}

const logs = (gate: GateReport): string => (gate.files.length === 0 ? "" : ` What the tool said: ${gate.files.slice(0, 5).map((file) => code(file)).join(", ")}${gate.files.length > 5 ? " and more" : ""}.`);

function item(finding: Finding): string {
  const { via = [], fixedIn, layer, service } = finding;
  const more = [
    ...(fixedIn === undefined ? [] : [`fixed in ${code(fixedIn)}`]),
    ...(via.length < 2 ? [] : [`by way of ${code(via.join(" › "))}`]),
    ...(layer === undefined ? [] : [`layer ${code(layer, 120)}`]),
    ...(service === undefined || finding.where.includes(service) ? [] : [`in ${code(service)}`]),
    `id ${code(finding.id, 400)}`,
  ];
  return `- **${finding.severity}** ${code(finding.where)} ${linked(code(finding.rule), finding.link)} ${escapeMarkdown(finding.title)}<br>${more.join(", ")}`;
}

/** Open findings that are shown only: below the threshold, or of a gate in report mode. Folded away. */
function others(gate: GateReport, shown: number): string[] {
  const stops = gate.mode === "block";
  const open = byWeight(gate).filter((finding) => stateOf(finding) === "open" && !(stops && blocks(finding, gate.blocksAt)));
  if (open.length === 0) return [];
  const grades = severities.flatMap((severity) => {
    const count = open.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${String(count)} ${severity}`];
  });
  return [`<details><summary>${gate.name}: ${grades.join(", ")}</summary>\n\n${capped(open, shown, item).join("\n")}\n\n</details>`];
}

function allowed(report: Report, shown: number): string[] {
  const covered = report.gates.flatMap((gate) => gate.findings).flatMap((finding) => (finding.allowed === undefined ? [] : [{ finding, allowed: finding.allowed }]));
  if (covered.length === 0) return [];
  const lines = capped(covered, shown, (one) => `- until ${escapeMarkdown(one.allowed.until)}: ${code(one.finding.where)} ${code(one.finding.rule)} ${escapeMarkdown(one.allowed.reason)}`);
  return [`<details><summary>${formatCount(covered.length, "finding")}</summary>\n\n${lines.join("\n")}\n\n</details>`];
}

function suppressions(report: Report, shown: number): string[] {
  return report.gates
    .filter((gate) => gate.suppressions.length > 0)
    .map((gate) => `- ${gate.name}, ${formatCount(gate.suppressions.length, "place")}: ${gate.suppressions.slice(0, shown).map(({ marker, where }) => `${code(marker)} at ${code(where)}`).join(", ")}${gate.suppressions.length > shown ? ` and ${String(gate.suppressions.length - shown)} more` : ""}`);
}

function images(report: Report): string[] {
  const standIns = standInsOf(report);
  return [
    ...(report.images.length === 0 ? [] : [table(["Service", "Image", "Id", "Size"], report.images.slice(0, 50).map((image) => [escapeMarkdown(image.service, 80), code(image.reference), code(image.imageId.slice(7, 19)), formatBytes(image.sizeBytes)]))]),
    ...(report.images.length > 50 ? [`and ${String(report.images.length - 50)} more`] : []),
    ...(standIns.length === 0 ? [] : [escapeMarkdown(standInText(standIns), 1000)]),
  ];
}

const stateSign = { active: "✓", lab: "○", unavailable: "?" } as const;

function posture(report: Report): string[] {
  if (report.posture.length === 0) return [];
  return [table(["Control", "Tool", "Mode", "State", "Note"], report.posture.slice(0, 40).map((line) => [escapeMarkdown(line.control, 100), escapeMarkdown(line.tool, 60), line.mode === "aws" ? "AWS" : line.mode, `${stateSign[line.state]} ${line.state}`, escapeMarkdown(line.note ?? "", 200)]))];
}

function capped<Value>(values: readonly Value[], shown: number, show: (value: Value) => string): string[] {
  const rest = values.length - shown;
  return [...values.slice(0, shown).map(show), ...(rest > 0 ? [`- ${shown === 0 ? "" : "and "}${String(rest)} ${shown === 0 ? "of them" : "more"}, in ${code("report.html")}`] : [])];
}
