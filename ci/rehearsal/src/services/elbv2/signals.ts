import type { Component } from "../../parts.ts";

/** Says to whoever listens that something of the load balancers is different now. */
export class Signal<Value> {
  readonly #listeners = new Set<(value: Value) => void>();

  tell(value: Value): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  subscribe(listener: (value: Value) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export interface ElbSignals {
  /** The ARN of a target group of which a target came, went, or is in another state. */
  readonly targetHealth: Signal<string>;
  /** The ARN of a target group to or from which targets were registered or deregistered. */
  readonly targets: Signal<string>;
  /** The ARN of a listener that is new, or does something else now. */
  readonly listener: Signal<string>;
}

export const elbSignals: Component<ElbSignals> = {
  name: "elb-signals",
  create: () => ({ targetHealth: new Signal(), targets: new Signal(), listener: new Signal() }),
};
