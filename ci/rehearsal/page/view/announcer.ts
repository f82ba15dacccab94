import { headlineOf, type Samples } from "../model/headline.ts";
import type { Scene } from "../model/scene.ts";

/** How long one announcement stands before the next, in milliseconds: a screen reader needs time to say it. */
const standsMs = 3000;

/** What changed, in one sentence, for somebody who does not see it. */
export class Announcer {
  #said = "";
  #saidMs = -Infinity;

  say(scene: Scene, nowMs: number, samples: Samples, machineMs: number): string {
    const { title, health } = headlineOf(scene, nowMs, samples);
    const text = `${title}. ${health.text}`;
    if (text !== this.#said && machineMs - this.#saidMs >= standsMs) {
      this.#said = text;
      this.#saidMs = machineMs;
    }
    return this.#said;
  }
}
