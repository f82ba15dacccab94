import { html, nothing, type TemplateResult } from "lit-html";
import { figure } from "../model/format.ts";
import { lastPart } from "../model/detail.ts";
import type { Container } from "../model/model.ts";
import type { GroupSample } from "../model/samples.ts";
import { stateOf, type Side, type SideName } from "../model/scene.ts";
import { leastErrorPercent, percent } from "../model/headline.ts";

/** One task set: what it gets, what it answers, and what it runs. */
export function sideCard(name: SideName, side: Side | undefined, sample: GroupSample | undefined): TemplateResult {
  const aws = name === "current" ? "Blue" : "Green";
  if (side === undefined) {
    return html`<section class="card side ${name} empty" aria-labelledby="side-${name}">
      <h2 id="side-${name}"><span class="key ${name}" aria-hidden="true"></span>${name === "current" ? "Current" : "Candidate"} <small>${aws}</small></h2>
      <p class="quiet">${name === "candidate" ? "There is none: the next deployment starts one." : "No task set runs."}</p>
    </section>`;
  }
  const { taskSet, tasks, running, healthyTargets, trafficPercent, testPercent, targetGroup } = side;
  const errorShare = sample === undefined || sample.perSecond === 0 ? 0 : (100 * sample.errorsPerSecond) / sample.perSecond;
  const isBad = errorShare >= leastErrorPercent;
  return html`<section class="card side ${name}" aria-labelledby="side-${name}">
    <header>
      <h2 id="side-${name}"><span class="key ${name}" aria-hidden="true"></span>${name === "current" ? "Current" : "Candidate"} <small>${aws} · ${taskSet.status}</small></h2>
      <p class="quiet"><code>${taskSet.definition}</code> in target group <code>${targetGroup ?? "none"}</code></p>
    </header>
    <dl class="figures">
      <div><dt>Traffic</dt><dd>${percent(trafficPercent)}</dd></div>
      <div><dt>Requests/s</dt><dd>${figure(sample?.perSecond ?? 0)}</dd></div>
      <div class=${isBad ? "bad" : ""}><dt>Errors/s</dt><dd>${isBad ? "! " : ""}${figure(sample?.errorsPerSecond ?? 0)}${isBad ? html` <small>${percent(errorShare)}</small>` : nothing}</dd></div>
      <div><dt>p50 · p99</dt><dd>${figure(sample?.p50Ms)} · ${figure(sample?.p99Ms)} <small>ms</small></dd></div>
    </dl>
    <h3>Tasks <small>${running} of ${taskSet.desired} running, ${healthyTargets} healthy behind the load balancer${(testPercent ?? 0) > 0 && name === "candidate" ? ", on the test listener" : ""}</small></h3>
    <ul class="tasks">
      ${tasks.toReversed().map(({ task, target }) => {
        const state = stateOf(task);
        return html`<li class=${state}>
          <p><code>${lastPart(task.arn).slice(0, 8)}</code> <span class=${`state ${state}`}>${state}</span> <small>${task.address} · ${task.zone}</small>
            <span class=${`target ${target?.state ?? "none"}`}>${target === undefined ? "" : target.state === "healthy" ? "✓ healthy target" : target.state === "unhealthy" ? "! unhealthy target" : `${target.state} target`}</span></p>
          ${task.stopping === undefined ? nothing : html`<p class=${task.stopping.code === "ServiceSchedulerInitiated" && !task.stopping.reason.includes("failed") ? "quiet" : "bad"}>${task.stopping.reason}</p>`}
          ${target?.state === "unhealthy" && target.description !== undefined ? html`<p class="bad">${target.description}</p>` : nothing}
          <ul class="containers" aria-label="Containers">${task.containers.map((container) => html`<li class=${toneOf(container)}>${container.name} <small>${containerWords(container)}</small></li>`)}</ul>
        </li>`;
      })}
      ${tasks.length === 0 ? html`<li class="quiet">No tasks.</li>` : nothing}
    </ul>
  </section>`;
}

const toneOf = ({ exitCode, health }: Container): string => (health === "UNHEALTHY" || (exitCode !== undefined && exitCode !== 0) ? "bad" : "");

function containerWords({ status, health, exitCode, reason }: Container): string {
  const words = [status.toLowerCase(), ...(health === "UNKNOWN" || status === "STOPPED" ? [] : [health.toLowerCase()]), ...(exitCode === undefined ? [] : [`exit ${String(exitCode)}`])];
  return `${words.join(", ")}${reason === undefined ? "" : `: ${reason}`}`;
}
