import type { Parts } from "../parts.ts";
import { elbSignals } from "../services/elbv2/signals.ts";
import { elbv2State, groupsOf, rulesOf, type ListenerRecord, type RuleRecord, type TargetRecord } from "../services/elbv2/state.ts";
import { meetsAll, type Asked } from "./rule-match.ts";
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

/** A listener, by its default action, or a rule. */
export type Route = ListenerRecord | RuleRecord;

/** Which target is next. What is found out stays until weights or targets change. */
export class Routes {
  readonly #parts: Parts;
  readonly #rules = new Map<string, readonly RuleRecord[]>();
  readonly #choices = new Map<string, WeightedChoice<string>>();
  readonly #groups = new Map<string, Group>();
  readonly #unsubscribe: readonly (() => void)[];

  constructor(parts: Parts) {
    this.#parts = parts;
    const { listener, targetHealth } = parts.get(elbSignals);
    const forget = (listenerArn: string): void => {
      this.#rules.delete(listenerArn);
      const ofRules = listenerArn.replace(":listener/", ":listener-rule/");
      for (const arn of this.#choices.keys()) if (arn === listenerArn || arn.startsWith(`${ofRules}/`)) this.#choices.delete(arn);
    };
    this.#unsubscribe = [listener.subscribe(forget), targetHealth.subscribe((arn) => this.#groups.delete(arn))];
  }

  /** What decides about a request: the first rule that it meets, or the listener itself. */
  routeOf(listener: ListenerRecord, asked: Asked): Route {
    let rules = this.#rules.get(listener.arn);
    if (rules === undefined) {
      rules = rulesOf(this.#parts, listener.arn);
      this.#rules.set(listener.arn, rules);
    }
    if (rules.length === 0) return listener;
    return rules.find(({ conditions }) => meetsAll(conditions, asked)) ?? listener;
  }

  /** Undefined when the group that is next has no targets: an ALB does not try another. */
  next({ action, arn: routeArn }: Route): Chosen | undefined {
    let choice = this.#choices.get(routeArn);
    if (choice === undefined) {
      choice = new WeightedChoice(groupsOf(action).map(({ targetGroupArn, weight }) => ({ value: targetGroupArn, weight })));
      this.#choices.set(routeArn, choice);
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
