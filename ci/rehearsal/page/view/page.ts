import { html, nothing, type TemplateResult } from "lit-html";
import { clockTime, dayOf, figure } from "../model/format.ts";
import { lastPart } from "../model/detail.ts";
import { lately } from "../model/samples.ts";
import { sceneOf, servicesOf, type Scene } from "../model/scene.ts";
import type { Frame } from "../source/frame.ts";
import type { ReplaySource } from "../source/replay.ts";
import { Actions } from "./actions.ts";
import { Announcer } from "./announcer.ts";
import { Charts } from "./charts.ts";
import { FaultPanel } from "./fault-panel.ts";
import { hero } from "./hero.ts";
import { alarms, calls, events } from "./lists.ts";
import { replayBar } from "./replay-bar.ts";
import { sideCard } from "./side-card.ts";

/** The page as a whole; what it remembers is only what somebody has chosen on it. */
export class Page {
  readonly #onChange: () => void;
  readonly #replay: ReplaySource | undefined;
  readonly #actions: Actions;
  readonly #faults: FaultPanel;
  readonly #charts = new Charts();
  readonly #announcer = new Announcer();
  #service: string | undefined;

  constructor(onChange: () => void, replay: ReplaySource | undefined) {
    this.#onChange = onChange;
    this.#replay = replay;
    this.#actions = new Actions(onChange);
    this.#faults = new FaultPanel(onChange);
  }

  view(frame: Frame): TemplateResult {
    const { lines, mode, model, nowMs, samples } = frame;
    const scene = sceneOf(model, this.#service);
    const sides = { current: lately(samples, scene.current?.targetGroup, nowMs), candidate: lately(samples, scene.candidate?.targetGroup, nowMs) };
    const canAct = mode === "live" && frame.connection === "live";
    return html`
      <header class="top">
        <h1>Rehearsal</h1>
        ${this.#services(frame)}
        <p class="clock"><time datetime=${nowMs > 0 ? new Date(nowMs).toISOString() : ""}>${nowMs > 0 ? `${dayOf(nowMs)} ${clockTime(nowMs)}` : "–"}</time> UTC${mode === "live" ? html` · ${figure(frame.rate)} ×` : nothing}</p>
        ${connection(frame)}
      </header>
      ${frame.connection === "gone" ? html`<p class="gone card bad" role="alert">The rehearsal does not answer. Shown is what was last heard of it; as soon as it is there again, so is this page.</p>` : nothing}
      <main>
        <p class="unseen" role="status" aria-live="polite">${frame.connection === "connecting" ? "" : this.#announcer.say(scene, nowMs, sides, performance.now())}</p>
        ${frame.replay === undefined || this.#replay === undefined ? nothing : replayBar(this.#replay, frame.replay, nowMs)}
        ${hero(scene, nowMs, sides, this.#actions.view(scene, canAct))}
        <div class="sides">
          ${sideCard("current", scene.current, sides.current)}
          ${sideCard("candidate", scene.candidate, sides.candidate)}
        </div>
        ${chartCard(scene, frame)}
        <div class="more">
          ${events(lines)}
          <div class="column">${alarms(scene)}${this.#faults.view(model, scene, canAct)}${calls(model.calls)}</div>
        </div>
      </main>
    `;
  }

  /** What is not drawn by templates. */
  drawn({ model, nowMs, samples }: Frame): void {
    const scene = sceneOf(model, this.#service);
    const shifts = model.deployments.flatMap(({ shifts: all }) => all.map(({ atMs }) => atMs));
    this.#charts.draw(scene, samples, nowMs, shifts);
    document.title = `${scene.candidate === undefined ? "" : `${String(Math.round(scene.candidate.trafficPercent))} % · `}Rehearsal`;
  }

  #services({ model }: Frame): TemplateResult | typeof nothing {
    const services = servicesOf(model);
    const [only] = services;
    if (only === undefined) return nothing;
    if (services.length === 1) return html`<p class="service">${only.split("/").slice(-2).join(" / ")}</p>`;
    const choose = (event: Event): void => {
      this.#service = (event.target as HTMLSelectElement).value;
      this.#onChange();
    };
    const shown = sceneOf(model, this.#service).service;
    return html`<label class="service">Service <select @change=${choose}>${services.map((arn) => html`<option value=${arn} ?selected=${arn === shown}>${lastPart(arn)}</option>`)}</select></label>`;
  }
}

function connection({ connection: state, mode, replay }: Frame): TemplateResult {
  if (mode === "replay") return html`<p class="pill">Replay of ${replay?.name}</p>`;
  return html`<p class=${`pill ${state}`}>${state === "live" ? "● live" : state === "gone" ? "○ gone, trying again" : "○ connecting"}</p>`;
}

function chartCard(scene: Scene, { samples, nowMs }: Frame): TemplateResult {
  const now = [scene.current, scene.candidate].flatMap((side) => (side === undefined ? [] : [{ name: side.name, sample: lately(samples, side.targetGroup, nowMs) }]));
  const told = (read: (sample: NonNullable<(typeof now)[number]["sample"]>) => string): string => now.map(({ name, sample }) => `${name} ${sample === undefined ? "nothing" : read(sample)}`).join(", ");
  return html`<section class="card charts" aria-labelledby="traffic">
    <h2 id="traffic">Traffic <small><span class="key current" aria-hidden="true"></span>current <span class="key candidate" aria-hidden="true"></span>candidate · upright: traffic was shifted</small></h2>
    <div class="three">
      <figure><figcaption>Requests per second</figcaption><div id="chart-requests" role="img" aria-label="Requests per second, now: ${told(({ perSecond }) => figure(perSecond))}"></div></figure>
      <figure><figcaption>Errors per second</figcaption><div id="chart-errors" role="img" aria-label="Errors per second, now: ${told(({ errorsPerSecond }) => figure(errorsPerSecond))}"></div></figure>
      <figure><figcaption>Response time in ms <small>p99, and p50 dashed</small></figcaption><div id="chart-latency" role="img" aria-label="Response time in milliseconds, now: ${told(({ p50Ms, p99Ms }) => `p50 ${figure(p50Ms)}, p99 ${figure(p99Ms)}`)}"></div></figure>
    </div>
  </section>`;
}
