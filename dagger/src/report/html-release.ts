import type { Section } from "./html-section.ts";
import { markup, type Markup } from "./markup.ts";
import type { Change, ReleaseReport } from "./release-schema.ts";
import { outcomeWords } from "./headline.ts";
import type { Report } from "./schema.ts";
import { analysisTable } from "./html-analysis.ts";
import { formatDuration, loadText } from "./words.ts";

/** How it was released, with the shift as a picture; undefined where nothing was to be. */
export function releaseSection({ release }: Report, picture: string | undefined): Section | undefined {
  if (release === undefined) return undefined;
  const against = release.findings.filter(({ level }) => level !== "ok");
  return {
    id: "release",
    title: release.what === "rollback" ? "Rollback" : "Release",
    content: markup`${outcome(release)}
${release.load === undefined ? undefined : markup`<p>${loadText(release.load)}</p>
`}${picture === undefined ? undefined : markup`<p><img class="shift" alt="Share of the traffic on the new version over time" src="data:image/svg+xml;base64,${Buffer.from(picture).toString("base64")}"></p>
`}${release.analysis === undefined ? undefined : markup`<h3>Checks of the release</h3>
${analysisTable(release.analysis)}
`}${release.changes.length === 0 ? undefined : markup`<h3>Changes</h3>
<ul>${release.changes.map((change) => markup`<li>${changeText(change)}</li>`)}</ul>
`}${against.length === 0 ? undefined : markup`<h3>Looked at before</h3>
<ul>${against.map(({ level, what, next }) => markup`<li><strong>${level === "no" ? "no" : "warning"}</strong> ${what} ${next}</li>`)}</ul>
`}${release.notes.length === 0 ? undefined : markup`<ul>${release.notes.map((note) => markup`<li>${note}</li>`)}</ul>
`}`,
  };
}

function outcome({ outcome: ended, refused, page }: ReleaseReport): Markup {
  const link = page === undefined ? undefined : markup` <a href="${page}">The rehearsal's page</a> has every event.`;
  if (ended === undefined) return markup`<p><strong>not released</strong> ${refused?.message ?? ""}${link}</p>`;
  const took = Date.parse(ended.endedAt) - Date.parse(ended.startedAt);
  return markup`<p><strong>${outcomeWords[ended.kind]}</strong> ${ended.summary} ${ended.next}${took > 0 ? ` It took ${formatDuration(took)}.` : ""}${ended.deploymentId === undefined ? undefined : markup` Deployment <code>${ended.deploymentId}</code>.`}${link}</p>`;
}

const changeText = ({ path, from, to }: Change): Markup => markup`<code>${path}</code> ${from ?? "nothing"} → ${to ?? "nothing"}`;
