import { html, nothing, type TemplateResult } from "lit-html";
import { timeOf, type Entry } from "../model/detail.ts";
import { clockTime, count } from "../model/format.ts";
import type { Calls } from "../model/model.ts";
import type { Scene } from "../model/scene.ts";
import { lineOf } from "../model/words.ts";

/** So many of the newest are listed; the rest is in the file. */
const mostLines = 100;

export function alarms({ alarms: all, group }: Scene): TemplateResult {
  return html`<section class="card" aria-labelledby="alarms">
    <h2 id="alarms">Alarms</h2>
    ${all.length === 0 ? html`<p class="quiet">There are none: nothing would stop a bad release by itself.</p>` : nothing}
    <ul class="rows">
      ${all.map((alarm) => html`<li class=${alarm.state === "ALARM" ? "bad" : ""}>
        <p><span class="sign" aria-hidden="true">${alarm.state === "ALARM" ? "!" : alarm.state === "OK" ? "✓" : "?"}</span> <strong>${alarm.name}</strong> <span class="state">${alarm.state === "INSUFFICIENT_DATA" ? "no data" : alarm.state}</span> <small>since ${clockTime(alarm.sinceMs)}${group === undefined || group.alarms.includes(alarm.name) ? "" : " · stops no deployment"}</small></p>
        ${alarm.state === "ALARM" && alarm.reason !== "" ? html`<p><small>${alarm.reason}</small></p>` : nothing}
      </li>`)}
    </ul>
  </section>`;
}

export function events(lines: readonly Entry[]): TemplateResult {
  return html`<section class="card events" aria-labelledby="events">
    <h2 id="events">What happened</h2>
    <ol class="rows" tabindex="0" aria-labelledby="events" reversed>
      ${lines.slice(-mostLines).toReversed().map((entry) => {
        const line = lineOf(entry);
        return html`<li class=${line?.tone ?? ""}><time datetime=${entry.at}>${clockTime(timeOf(entry))}</time> <span>${line?.tone === "bad" ? html`<span class="sign" aria-hidden="true">!</span> ` : nothing}${line?.text ?? ""}</span></li>`;
      })}
    </ol>
  </section>`;
}

export function calls({ counts, denied, refused, total, troubles }: Calls): TemplateResult {
  const operations = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  return html`<section class="card" aria-labelledby="calls">
    <h2 id="calls">API calls</h2>
    <details>
      <summary>${count(total, "call")}, ${refused} refused, ${denied} denied</summary>
      ${troubles.length === 0 ? html`<p class="quiet">None was refused.</p>` : html`<ul class="rows">${troubles.toReversed().map((trouble) => html`<li class="bad"><p><time>${clockTime(trouble.atMs)}</time> <strong>${trouble.what}</strong> ${trouble.operation}</p><p><small>${trouble.message}</small></p></li>`)}</ul>`}
      <ul class="counts">${operations.map(([operation, times]) => html`<li><code>${operation}</code> ${times} ×</li>`)}</ul>
    </details>
  </section>`;
}
