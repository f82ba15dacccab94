import { html, nothing, type TemplateResult } from "lit-html";
import type { Scene } from "../model/scene.ts";
import { ask } from "./ask.ts";

/** What somebody can do to the deployment that is under way. */
export class Actions {
  readonly #onChange: () => void;
  #problem = "";

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  view({ active }: Scene, canAct: boolean): TemplateResult | typeof nothing {
    if (!canAct) return nothing;
    const problem = this.#problem === "" ? nothing : html`<p class="bad" role="alert">${this.#problem}</p>`;
    if (active === undefined || active.rollbackOf !== undefined) return html`${problem}`;
    const wait = active.wait?.stage === "ReadyWait" ? "READY_WAIT" : "TERMINATION_WAIT";
    return html`<p class="actions">
        ${active.wait === undefined ? nothing : html`<button type="button" class="main" @click=${() => void this.#tell(ask("POST", `deployments/${active.id}/continue`, { wait }))}>${wait === "READY_WAIT" ? "Let traffic go over" : "End the old tasks now"}</button>`}
        <button type="button" @click=${() => { dialog()?.showModal(); }}>Stop and roll back…</button>
      </p>
      ${problem}
      <dialog id="stop" aria-labelledby="stop-question">
        <h2 id="stop-question">Stop ${active.id}?</h2>
        <p>All traffic goes back to the current tasks at once, and the candidate’s are ended.</p>
        <p class="actions">
          <button type="button" class="main" @click=${() => { dialog()?.close(); void this.#tell(ask("POST", `deployments/${active.id}/stop`)); }}>Stop and roll back</button>
          <button type="button" @click=${() => dialog()?.close()}>Let it go on</button>
        </p>
      </dialog>`;
  }

  async #tell(asked: Promise<string | undefined>): Promise<void> {
    this.#problem = (await asked) ?? "";
    this.#onChange();
  }
}

const dialog = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>("#stop");
