import { html, nothing, type TemplateResult } from "lit-html";
import { clockTime, span } from "../model/format.ts";
import { headlineOf, nextShift, percent, type Samples } from "../model/headline.ts";
import type { Deployment, LifecycleEvent } from "../model/model.ts";
import { isActive } from "../model/outcome.ts";
import type { Scene } from "../model/scene.ts";

/** Who gets the traffic, whether it is healthy, and what happens next. */
export function hero(scene: Scene, nowMs: number, samples: Samples, actions: TemplateResult | typeof nothing): TemplateResult {
  const { deployment } = scene;
  const { title, health, next, tone } = headlineOf(scene, nowMs, samples);
  return html`
    <section class="hero card ${tone}" aria-labelledby="now">
      <p class="eyebrow">${deployment === undefined ? "No deployment" : html`Deployment <code>${deployment.id}</code> · ${deployment.config} · <strong>${statusWords[deployment.status] ?? deployment.status}</strong>`}</p>
      <h2 id="now">${title}</h2>
      ${trafficBar(scene)}
      <div class="glance"><dl class="answers">
        <div class=${health.isWell ? "" : "bad"}><dt>Health</dt><dd><span class="sign" aria-hidden="true">${health.isWell ? "✓" : "!"}</span> ${health.text}</dd></div>
        <div><dt>Next</dt><dd>${next}</dd></div>
      </dl>
      ${actions}</div>
      ${deployment === undefined ? nothing : lifecycle(deployment, scene.rollback, nowMs)}
      ${deployment?.error === undefined ? nothing : html`<p class="why"><strong>${deployment.error.code}</strong> ${deployment.error.message}</p>`}
    </section>
  `;
}

const statusWords: Readonly<Record<string, string>> = { InProgress: "in progress", Ready: "waiting", Created: "created", Succeeded: "succeeded", Stopped: "stopped", Failed: "failed" };

function trafficBar({ candidate, current, deployment, production, test }: Scene): TemplateResult | typeof nothing {
  if (current === undefined || production === undefined) return nothing;
  const candidatePercent = candidate?.trafficPercent ?? 0;
  const currentPercent = current.trafficPercent;
  const due = deployment === undefined ? undefined : nextShift(deployment)?.percent;
  const atTest = test === undefined ? "" : (candidate?.testPercent ?? 0) > 0 ? "the candidate (Green)" : "current (Blue)";
  return html`
    <div class="traffic" role="img" aria-label="Production traffic: ${percent(currentPercent)} current, Blue; ${percent(candidatePercent)} candidate, Green">
      <div class="bar">
        <div class="part current" .style=${`flex-grow: ${String(currentPercent)}`}></div>
        <div class="part candidate" .style=${`flex-grow: ${String(candidatePercent)}`}></div>
      </div>
      <div class="scale">${(deployment === undefined || !isActive(deployment) ? [] : deployment.schedule).filter((step) => step.percent < 100).map((step) => html`<span class=${step.percent === due ? "tick due" : "tick"} .style=${`right: ${String(step.percent)}%`}></span>`)}</div>
      <div class="legend">
        <p><span class="key current" aria-hidden="true"></span><strong>${percent(currentPercent)}</strong> current <small>Blue · ${current.taskSet.definition}</small></p>
        ${candidate === undefined ? html`<p><small>no candidate</small></p>` : html`<p><span class="key candidate" aria-hidden="true"></span><strong>${percent(candidatePercent)}</strong> candidate <small>Green · ${candidate.taskSet.definition}</small></p>`}
      </div>
    </div>
    <p class="listeners"><small>Production: port ${production.port}${production.address === undefined ? nothing : html`, here <a href=${production.address}>${production.address}</a>`}${test === undefined ? nothing : html` · Test: port ${test.port} goes to ${atTest}${test.address === undefined ? nothing : html`, here <a href=${test.address}>${test.address}</a>`}`}</small></p>
  `;
}

const signs: Readonly<Record<string, string>> = { Pending: "·", InProgress: "▸", Succeeded: "✓", Failed: "✕", Skipped: "–" };
const words: Readonly<Record<string, string>> = { Pending: "to come", InProgress: "under way", Succeeded: "done", Failed: "failed", Skipped: "skipped" };

/** AWS's lifecycle events in order, and the waits, which are none. */
function lifecycle(deployment: Deployment, rollback: Deployment | undefined, nowMs: number): TemplateResult {
  const { wait, status, endedMs } = deployment;
  const termination: LifecycleEvent[] = wait?.stage === "TerminationWait" ? [{ name: "TerminationWait", status: "InProgress", startMs: wait.sinceMs }] : status === "Succeeded" && endedMs !== undefined ? [{ name: "TerminationWait", status: "Succeeded", endMs: endedMs, startMs: deployment.events.at(-1)?.endMs ?? endedMs }] : [{ name: "TerminationWait", status: endedMs === undefined ? "Pending" : "Skipped" }];
  const ready = deployment.events.flatMap((event): LifecycleEvent[] => (event.name === "BeforeAllowTraffic" && wait?.stage === "ReadyWait" ? [{ name: "ReadyWait", status: "InProgress", startMs: wait.sinceMs }, event] : [event]));
  const back = rollback === undefined ? [] : [{ name: `Rollback ${rollback.id}`, status: rollback.events[0]?.status ?? rollback.status, ...(rollback.endedMs !== undefined && { startMs: rollback.createdMs, endMs: rollback.endedMs }) }];
  return html`<ol class="lifecycle" aria-label="Lifecycle events">
    ${[...ready, ...termination, ...back].map((event) => html`<li class=${event.status}>
      <span class="sign" aria-hidden="true">${signs[event.status] ?? "·"}</span>
      <span class="name">${event.name.replace(/(?<=[a-z])(?=[A-Z])/g, "\u200b")}</span>
      <small>${words[event.status] ?? event.status}${event.startMs === undefined ? nothing : html` · <span class="span" title="began at ${clockTime(event.startMs)}">${span((event.endMs ?? nowMs) - event.startMs)}</span>`}</small>
    </li>`)}
  </ol>`;
}
