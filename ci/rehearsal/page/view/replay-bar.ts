import { html, type TemplateResult } from "lit-html";
import { clockTime, duration } from "../model/format.ts";
import type { Replaying } from "../source/frame.ts";
import { speeds, type ReplaySource } from "../source/replay.ts";

/** Plays, halts, and goes to where something happened. */
export function replayBar(source: ReplaySource, { beginMs, endMs, isPlaying, marks, speed }: Replaying, nowMs: number): TemplateResult {
  const share = (atMs: number): number => (endMs === beginMs ? 0 : (100 * (atMs - beginMs)) / (endMs - beginMs));
  return html`<section class="replay card" aria-label="Replay">
    <p class="actions">
      <button type="button" class="main" @click=${() => { source.toggle(); }}>${isPlaying ? "Pause" : "Play"}</button>
      <button type="button" @click=${() => { source.jump(-1); }}>Event before</button>
      <button type="button" @click=${() => { source.jump(1); }}>Next event</button>
      <label>Speed <select @change=${(event: Event) => { source.setSpeed(Number((event.target as HTMLSelectElement).value)); }}>${speeds.map((one) => html`<option value=${one} ?selected=${one === speed}>${one} ×</option>`)}</select></label>
      <span class="quiet">${duration(nowMs - beginMs)} of ${duration(endMs - beginMs)}</span>
    </p>
    <div class="scrubber">
      <div class="marks" aria-hidden="true">${marks.map(({ atMs, isBad }) => html`<span class=${isBad ? "bad" : ""} .style=${`left: ${String(share(atMs))}%`}></span>`)}</div>
      <input type="range" aria-label="Time" min=${beginMs} max=${endMs} step="1000" .value=${String(nowMs)} aria-valuetext=${clockTime(nowMs)} @input=${(event: Event) => { source.seek(Number((event.target as HTMLInputElement).value)); }}>
    </div>
  </section>`;
}
