import type { BrokenRule } from "./judge-stacks.ts";

/** What stands in the stacks and may not: the construct's path, what is wrong with it, and the rule that says so. */
export class RulesError extends Error {
  override readonly name = "RulesError";
  readonly broken: readonly BrokenRule[];

  constructor(broken: readonly BrokenRule[]) {
    super(["The stacks break rules of this repository; nothing was written.", ...broken.map(({ at, says, rule }) => `  ${at}: ${says} (${rule})`), "The rules are in cdktf/src/rules, each with what it is for."].join("\n"));
    this.broken = broken;
  }
}
