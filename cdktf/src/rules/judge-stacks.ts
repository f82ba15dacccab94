import type { Resolved } from "../settings/resolve.ts";
import { allRules } from "./all-rules.ts";
import type { Fault, StackFacts } from "./rule.ts";
import { RulesError } from "./rules-error.ts";
import { readStacks, type StackDocument } from "./stack-document.ts";

export interface BrokenRule extends Fault {
  readonly rule: string;
}

/** Everything that the rules find, in the order of the stacks. */
export function judgeStacks(stacks: readonly StackDocument[], settings: Resolved): BrokenRule[] {
  const facts = factsOf(settings);
  return stacks.flatMap((stack) => allRules.flatMap(({ name, look }) => look(stack, facts.get(stack.name) ?? unknownStack).map((fault) => ({ rule: name, ...fault }))));
}

/** Throws RulesError with all that the rules find in a folder that synth has written. */
export function requireSound(folder: string, settings: Resolved): void {
  const broken = judgeStacks(readStacks(folder), settings);
  if (broken.length > 0) throw new RulesError(broken);
}

/** A stack that the settings do not know is judged as strictly as any. */
const unknownStack: StackFacts = { kind: "environment", isProduction: true, protect: true };

function factsOf({ accounts, environments }: Resolved): Map<string, StackFacts> {
  return new Map([
    ...accounts.map(({ key, environments: own }): [string, StackFacts] => [`account-${key}`, { kind: "account", isProduction: own.some(({ isProduction }) => isProduction), protect: own.some(({ protect }) => protect) }]),
    ...environments.map(({ key, isProduction, database, protect }): [string, StackFacts] => [key, { kind: "environment", isProduction, database, protect }]),
  ]);
}
