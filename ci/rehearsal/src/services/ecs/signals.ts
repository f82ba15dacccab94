import type { Component } from "../../parts.ts";
import { Signal } from "../elbv2/signals.ts";

export interface EcsSignals {
  /** The ARN of a service of which a task set came, went, or is different. */
  readonly taskSet: Signal<string>;
}

export const ecsSignals: Component<EcsSignals> = { name: "ecs-signals", create: () => ({ taskSet: new Signal() }) };
