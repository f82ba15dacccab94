import type { OutcomeKind } from "./release-schema.ts";
import type { GateVerdict, Report } from "./schema.ts";
import { verdictSign } from "./words.ts";

export const outcomeWords: Readonly<Record<OutcomeKind, string>> = { released: "released", unchanged: "unchanged", "rolled-back": "rolled back", failed: "failed", mixed: "traffic is mixed", unknown: "not known" };

/** What a reader sees first: how it looks, its sign, and its words. */
export interface Headline {
  readonly state: GateVerdict;
  readonly sign: string;
  readonly words: string;
}

/** Of the gates, unless the release behind them ended otherwise: that all have passed is no good news for users who are back on the old version. */
export function headlineOf({ verdict, release }: Report): Headline {
  if (release === undefined) return { state: verdict, sign: verdictSign[verdict], words: verdict };
  const kind = release.outcome?.kind;
  if (kind === "released" || kind === "unchanged") return { state: verdict, sign: verdictSign[verdict], words: `${verdict}, ${outcomeWords[kind]}` };
  return { state: "failed", sign: verdictSign.failed, words: kind === undefined ? "not released" : outcomeWords[kind] };
}
