import { blocks, byWeight, countFindings, stoppingGates } from "./findings.ts";
import { dataTable, pathText, verdictMark, type Section } from "./html-section.ts";
import { markup, type Markup } from "./markup.ts";
import type { GateReport, Report } from "./schema.ts";
import { advice, allowCommand, formatCount, modeWords, timeOf } from "./words.ts";

/** What stops the release, and what to do about each. Absent when nothing does. */
export function toDoSection(report: Report): Section | undefined {
  const gates = stoppingGates(report);
  if (gates.length === 0) return undefined;
  return { id: "to-do", title: "What to do", content: markup`<div class="cards">
${gates.map((gate) => toDo(gate, report))}</div>` };
}

/** The findings themselves are in the table of all findings: here stands how many, and the first few. */
const shownFindings = 3;

function toDo(gate: GateReport, report: Report): Markup {
  const blocking = byWeight(gate).filter((finding) => blocks(finding, gate.blocksAt));
  const rest = blocking.length - shownFindings;
  const heading = gate.verdict === "failed" ? formatCount(blocking.length, "finding") : gate.verdict === "unavailable" ? "could not look" : "did not run";
  return markup`<article class="${gate.verdict}">
<h3>${gate.name}: ${heading}</h3>
${gate.reason === undefined ? undefined : markup`<p>${gate.reason}</p>
`}${gate.verdict === "unavailable" ? markup`<p>Nobody knows what it would have found. Mend that and run again${report.target === "aws" ? "" : "; until then this may be rehearsed, and AWS would refuse it"}.</p>
` : undefined}${gate.verdict === "skipped" ? markup`<p>AWS takes only what every gate has passed. Run it, or turn it off with a reason in <code>gitops.json</code>.</p>
` : undefined}${blocking.length === 0 ? undefined : markup`<ul>
${blocking.slice(0, shownFindings).map((finding) => markup`<li>${pathText(finding.where)} <span class="more">${finding.rule}</span></li>
`)}</ul>
<p>${rest > 0 ? markup`<a href="#findings" data-gate="${gate.name}" data-state="stops">and ${rest} more</a>` : markup`<a href="#findings" data-gate="${gate.name}" data-state="stops">Show in the list of findings</a>`}</p>
<p>${advice[gate.name]} To let one stay for a time:</p>
<p><code class="command">${allowCommand}</code></p>
`}</article>
`;
}

export function gatesSection(report: Report): Section {
  return {
    id: "gates",
    title: "Gates",
    content: dataTable<GateReport>(
      "gates",
      [
        { title: "Gate", head: true, cell: (gate) => gate.name },
        { title: "Verdict", cell: verdictMark },
        { title: "Mode", cell: (gate) => modeWords[gate.mode] },
        { title: "Findings", cell: findings },
        { title: "Time", cell: timeOf },
        { title: "Tool", cell: (gate) => `${gate.tool.name} ${gate.tool.version}` },
        { title: "Notes", cell: notes },
      ],
      report.gates,
    ),
  };
}

function findings(gate: GateReport): Markup {
  if (gate.lookedAt === undefined && gate.findings.length === 0) return markup``;
  const { shown, known, allowed } = countFindings(gate);
  const parts = [...(known > 0 ? [`${String(known)} known`] : []), ...(allowed > 0 ? [`${String(allowed)} allowed`] : [])];
  const count = gate.findings.length === 0 ? markup`0` : markup`<a href="#findings" data-gate="${gate.name}" aria-label="${formatCount(shown, "finding")} of ${gate.name}">${shown}</a>`;
  return parts.length === 0 ? count : markup`${count} <small>${parts.join(", ")}</small>`;
}

function notes(gate: GateReport): Markup {
  const { lookedAt, facts, reason } = gate;
  const items = [
    ...(lookedAt === undefined || lookedAt.count === 0 ? [] : [markup`<li><b>${formatCount(lookedAt.count, lookedAt.unit.replace(/^(\w+)s\b/, "$1"), lookedAt.unit)}</b></li>`]),
    ...facts.map((fact) => markup`<li>${fact.name} <b>${fact.value}</b></li>`),
  ];
  return markup`${reason === undefined ? undefined : markup`<p>${reason}</p>`}${items.length === 0 ? undefined : markup`<ul class="notes">${items}</ul>`}`;
}
