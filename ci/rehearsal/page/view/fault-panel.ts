import { html, nothing, type TemplateResult } from "lit-html";
import type { Model } from "../model/model.ts";
import type { Scene } from "../model/scene.ts";
import { faultText } from "../model/words.ts";
import { ask } from "./ask.ts";
import { faultKinds, faultOf } from "./fault-kinds.ts";

/** What goes wrong on purpose: the list of it, and the form for more. */
export class FaultPanel {
  readonly #onChange: () => void;
  #kind = faultKinds[0];
  #problem = "";

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  view(model: Model, scene: Scene, canAct: boolean): TemplateResult {
    return html`<section class="card faults" aria-labelledby="faults">
      <h2 id="faults" tabindex="-1">Faults on purpose</h2>
      ${model.faults.length === 0 ? html`<p class="quiet">None.</p>` : nothing}
      <ul class="rows">${model.faults.map(({ id, fault }) => html`<li class="bad"><p><span class="sign" aria-hidden="true">!</span> ${faultText(fault)}</p>${canAct ? html`<button type="button" aria-label="Take back: ${faultText(fault)}" @click=${() => void this.#remove(id)}>Take back</button>` : nothing}</li>`)}</ul>
      ${canAct ? this.#form(scene) : nothing}
      ${this.#problem === "" ? nothing : html`<p class="bad" role="alert">${this.#problem}</p>`}
    </section>`;
  }

  #form(scene: Scene): TemplateResult {
    return html`<details>
      <summary>Inject a fault</summary>
      <form @submit=${(event: SubmitEvent) => { this.#submit(event); }}>
        <label>What<select name="kind" @change=${(event: Event) => { this.#choose((event.target as HTMLSelectElement).value); }}>${faultKinds.map(({ id, label }) => html`<option value=${id}>${label}</option>`)}</select></label>
        <div class="fields">${this.#kind?.fields(scene)}</div>
        <label>from so much traffic on the candidate on, in %<input name="fromTrafficPercent" type="number" min="0" max="100" .defaultValue=${"0"}></label>
        <button type="submit">Inject it</button>
      </form>
    </details>`;
  }

  #choose(id: string): void {
    this.#kind = faultKinds.find((kind) => kind.id === id);
    this.#onChange();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    if (this.#kind !== undefined) void this.#tell(ask("POST", "faults", faultOf(this.#kind, new FormData(event.target as HTMLFormElement))));
  }

  async #remove(id: string): Promise<void> {
    await this.#tell(ask("DELETE", `faults/${id}`));
    // The button is gone: somebody at a keyboard is not sent back to the top.
    document.querySelector<HTMLElement>("#faults")?.focus();
  }

  async #tell(asked: Promise<string | undefined>): Promise<void> {
    this.#problem = (await asked) ?? "";
    this.#onChange();
  }
}
