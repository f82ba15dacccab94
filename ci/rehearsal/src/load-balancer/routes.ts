import type { Parts } from "../parts.ts";
import { elbSignals } from "../services/elbv2/signals.ts";
import { elbv2State, groupsOf, type ListenerRecord, type TargetRecord } from "../services/elbv2/state.ts";
import { WeightedChoice } from "./weighted-choice.ts";

export interface Group {
  readonly arn: string;
  readonly name: string;
  /** Those that get requests: the healthy ones, or all when none is. */
  readonly targets: readonly TargetRecord[];
  turn: number;
}

export interface Chosen {
  readonly group: Group;
  readonly target: TargetRecord;
}

/** Which target is next. What is found out stays until weights or targets change. */
export class Routes {
  readonly #parts: Parts;
  readonly #choices = new Map<string, WeightedChoice<string>>();
  readonly #groups = new Map<string, Group>();
  readonly #unsubscribe: readonly (() => void)[];

  constructor(parts: Parts) {
    this.#parts = parts;
    const { listener, targetHealth } = parts.get(elbSignals);
    this.#unsubscribe = [listener.subscribe((arn) => this.#choices.delete(arn)), targetHealth.subscribe((arn) => this.#groups.delete(arn))];
  }

  /** Undefined when the group that is next has no targets: an ALB does not try another. */
  next(listener: ListenerRecord): Chosen | undefined {
    let choice = this.#choices.get(listener.arn);
    if (choice === undefined) {
      choice = new WeightedChoice(groupsOf(listener.action).map(({ targetGroupArn, weight }) => ({ value: targetGroupArn, weight })));
      this.#choices.set(listener.arn, choice);
    }
    const arn = choice.next();
    if (arn === undefined) return undefined;
    const group = this.#groupOf(arn);
    const target = group.targets[group.turn % group.targets.length];
    group.turn += 1;
    return target === undefined ? undefined : { group, target };
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #groupOf(arn: string): Group {
    const known = this.#groups.get(arn);
    if (known !== undefined) return known;
    const record = elbv2State(this.#parts).targetGroups.find((candidate) => candidate.arn === arn);
    const present = record?.targets.filter(({ state }) => state !== "draining") ?? [];
    const healthy = present.filter(({ state }) => state === "healthy");
    const group: Group = { arn, name: record?.name ?? arn, targets: healthy.length > 0 ? healthy : present, turn: 0 };
    this.#groups.set(arn, group);
    return group;
  }
}
