import type { Clock } from "./clock/clock.ts";
import type { Ids } from "./ids.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world/world.ts";

/**
 * A part of the rehearsal that goes on by itself: the load balancer, the
 * scheduler of tasks, the evaluation of alarms, running deployments. Made when it
 * is first asked for, one per rehearsal.
 */
export interface Component<Type> {
  readonly name: string;
  readonly create: (parts: Parts) => Type;
  /** Ends what it has going, in the opposite order of creation. */
  readonly stop?: (component: Type) => Promise<void>;
}

/** What everything of one rehearsal is made of. */
export class Parts {
  readonly world: World;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timeline: Timeline;
  readonly #made = new Map<Component<unknown>, unknown>();

  constructor(base: { readonly world: World; readonly clock: Clock; readonly ids: Ids; readonly timeline: Timeline }) {
    this.world = base.world;
    this.clock = base.clock;
    this.ids = base.ids;
    this.timeline = base.timeline;
  }

  get<Type>(component: Component<Type>): Type {
    const key = component as Component<unknown>;
    if (!this.#made.has(key)) this.#made.set(key, component.create(this));
    return this.#made.get(key) as Type;
  }

  /** Puts another in its place, before anybody has asked for it: how a test, or the options, choose. */
  provide<Type>(component: Component<Type>, value: Type): void {
    const key = component as Component<unknown>;
    if (this.#made.has(key)) throw new Error(`${component.name} is there already`);
    this.#made.set(key, value);
  }

  async stop(): Promise<void> {
    for (const [component, made] of [...this.#made].toReversed()) await component.stop?.(made);
  }
}
