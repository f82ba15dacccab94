import { lanesSideBySide, type Check, type CheckResult, type Lane } from "./check.ts";

export interface LaneOptions {
  /** Whether the machine has room for it. */
  readonly sideBySide: boolean;
  /** Once it is aborted, no further check begins. */
  readonly signal: AbortSignal;
  readonly run: (check: Check) => Promise<CheckResult>;
}

/** Runs every check once: one after the other in its lane, two lanes side by side where there is room, then the third. */
export async function runLanes(checks: readonly Check[], { sideBySide, signal, run }: LaneOptions): Promise<CheckResult[]> {
  const inTurn = async (some: readonly Check[]): Promise<CheckResult[]> => {
    const results: CheckResult[] = [];
    for (const check of some) if (!signal.aborted) results.push(await run(check));
    return results;
  };
  if (!sideBySide) return inTurn(checks);
  const inLane = async (lane: Lane): Promise<CheckResult[]> => inTurn(checks.filter((check) => check.lane === lane));
  const before = await Promise.all(lanesSideBySide.map(inLane));
  return [...before.flat(), ...(await inLane("alone"))];
}
