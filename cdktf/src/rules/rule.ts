import type { Block, StackDocument } from "./stack-document.ts";

/** What the settings say of a stack, for rules that hold in some only. */
export interface StackFacts {
  readonly kind: "account" | "environment";
  readonly isProduction: boolean;
  /** Of an environment. */
  readonly database?: "sidecar" | "external";
  readonly protect: boolean;
}

export interface Fault {
  /** Construct path of what is wrong. */
  readonly at: string;
  /** What is wrong with it, and what would do. */
  readonly says: string;
}

/** Something that holds in every stack, and is looked for in what synth has made: whoever made it. */
export interface Rule {
  readonly name: string;
  readonly look: (stack: StackDocument, facts: StackFacts) => readonly Fault[];
}

export const faultAt = ({ constructPath }: Block, says: string): Fault => ({ at: constructPath, says });

/** For each block: nothing, or what is wrong with it. */
export const eachOf = (blocks: readonly Block[], judge: (block: Block) => string | undefined): Fault[] =>
  blocks.flatMap((block) => {
    const says = judge(block);
    return says === undefined ? [] : [faultAt(block, says)];
  });
