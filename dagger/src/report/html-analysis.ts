import { markup, type Markup } from "./markup.ts";
import type { AnalysedCheck } from "./release-schema.ts";
import { checkWord, sampleCounts, stageWords } from "./words.ts";

/** Each check of a release's analysis, with everything that was seen for it. */
export const analysisTable = (checks: readonly AnalysedCheck[]): Markup => markup`<table role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Check</th><th role="columnheader" scope="col">When</th><th role="columnheader" scope="col">Result</th><th role="columnheader" scope="col">Why</th></tr></thead>
<tbody role="rowgroup">
${checks.map(row)}</tbody>
</table>`;

const row = (check: AnalysedCheck): Markup => markup`<tr role="row"><th role="rowheader" scope="row">${check.check}</th><td role="cell">${stageWords[check.stage]}</td><td role="cell">${checkWord(check)}</td><td role="cell">${check.why}${samples(check)}</td></tr>
`;

function samples(check: AnalysedCheck): Markup | undefined {
  if (check.samples.length === 0) return undefined;
  return markup`<details><summary>Samples: ${sampleCounts(check)}</summary><ul>${check.samples.map(({ at, result, text }) => markup`<li>${at.slice(11, 19)} ${result}: ${text}</li>`)}</ul></details>`;
}
