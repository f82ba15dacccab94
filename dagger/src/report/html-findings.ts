import { blocks, bySeverity, findingStates, stateOf } from "./findings.ts";
import { pathText, type Section } from "./html-section.ts";
import { webAddress } from "./links.ts";
import { joined, markup, type Markup } from "./markup.ts";
import { gateNames, severities, type Finding, type GateReport, type Report } from "./schema.ts";

/** Every finding of the run in one table. The script shows the filters: without it they are not there, and nothing is hidden. */
export function findingsSection(report: Report): Section {
  const findings = bySeverity(report);
  const gates = new Map(report.gates.map((gate) => [gate.name, gate]));
  const section = { id: "findings", title: "Findings", count: findings.length };
  if (findings.length === 0) return { ...section, content: markup`<p>None.</p>` };
  return {
    ...section,
    content: markup`${filters(findings)}
<table role="table" class="findings" aria-label="Findings, the gravest first">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Severity</th><th role="columnheader" scope="col">Finding</th><th role="columnheader" scope="col">Where</th><th role="columnheader" scope="col">Gate</th><th role="columnheader" scope="col">State</th></tr></thead>
${chunked(findings, rowsOfGroup).map((group) => markup`<tbody role="rowgroup">
${group.map((finding) => row(finding, gates.get(finding.gate)))}</tbody>
`)}</table>
<p id="nothing" hidden>No finding is like that.</p>`,
  };
}

/** A browser lays out a group when it comes near: thousands of rows cost no more than the ones that are seen. */
const rowsOfGroup = 100;

const chunked = <Value>(values: readonly Value[], size: number): Value[][] => Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));

function row(finding: Finding, gate: GateReport | undefined): Markup {
  const state = stateOf(finding);
  const stops = gate?.mode === "block" && blocks(finding, gate.blocksAt);
  return markup`<tr role="row" data-gate="${finding.gate}" data-severity="${finding.severity}" data-service="${finding.service ?? ""}" data-state="${stops ? "open stops" : state}">
<td role="cell"><span class="${finding.severity}">${finding.severity}</span></td>
<td role="cell">${what(finding)}</td>
<td role="cell">${where(finding)}</td>
<td role="cell">${finding.gate}</td>
<td role="cell">${stateText(finding, stops)}</td></tr>
`;
}

function what(finding: Finding): Markup {
  const { rule, title, link, fixedIn, via = [], layer } = finding;
  const address = webAddress(link);
  const facts = [
    address === undefined ? markup`<code>${rule}</code>` : markup`<a href="${address}" rel="noreferrer">${rule}</a>`,
    ...(fixedIn === undefined ? [] : [markup`fixed in <b>${fixedIn}</b>`]),
    ...(via.length < 2 ? [] : [markup`by way of ${via.join(" › ")}`]),
    ...(layer === undefined ? [] : [markup`layer <code>${layer}</code>`]),
  ];
  const allow = finding.allowed === undefined ? markup`<details><summary>Allow</summary><code class="command">npm run allow -- <b>${shellWord(finding.id)}</b> --reason "…" --until YYYY-MM-DD</code></details>` : undefined;
  return markup`<p>${title}</p><div class="more">${joined(facts, " · ")}${allow}</div>`;
}

/** The service is named where the path does not. */
function where({ where: place, service }: Finding): Markup {
  return service === undefined || place.split("/").includes(service) ? pathText(place) : markup`${pathText(place)}<p class="more">${service}</p>`;
}

function stateText(finding: Finding, stops: boolean): Markup {
  if (finding.allowed !== undefined) return markup`allowed until ${finding.allowed.until}<p class="more">${finding.allowed.reason}</p>`;
  return stops ? markup`<b>stops the release</b>` : markup`${stateOf(finding)}`;
}

/** Whatever it is, a shell takes it as one word. */
const shellWord = (text: string): string => (/^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

function filters(findings: readonly Finding[]): Markup {
  const present = <Value extends string>(all: readonly Value[], key: "gate" | "severity"): Value[] => all.filter((value) => findings.some((finding) => finding[key] === value));
  const services = [...new Set(findings.flatMap(({ service }) => (service === undefined ? [] : [service])))].toSorted();
  const stateWords = { stops: "stops the release", open: "open", known: "known", allowed: "allowed" };
  return markup`<form id="filters" hidden role="search" aria-label="Findings">
<div class="fields">
<label>Search <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="rule, file, package, words"></label>
${choice("gate", "Gate", present(gateNames, "gate"))}
${services.length < 2 ? undefined : choice("service", "Service", services)}
<p><output name="count" aria-live="polite"></output> <button type="reset">Show all</button></p>
</div>
<div class="chips">
${chips("severity", "Severity", present(severities, "severity").map((severity) => [severity, severity]))}
${chips("state", "State", (["stops", ...findingStates] as const).map((state) => [state, stateWords[state]]))}
</div>
</form>`;
}

const choice = (name: string, title: string, values: readonly string[]): Markup => markup`<label>${title} <select name="${name}"><option value="">all</option>${values.map((value) => markup`<option value="${value}">${value}</option>`)}</select></label>`;

const chips = (name: string, title: string, values: readonly (readonly [value: string, words: string])[]): Markup =>
  markup`<fieldset><legend>${title}</legend>${values.map(([value, words]) => markup`<label><input type="checkbox" name="${name}" value="${value}">${words} <span class="count"></span></label>`)}</fieldset>`;
