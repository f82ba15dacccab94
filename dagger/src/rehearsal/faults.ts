import { z } from "zod";
import { ReleaseError } from "../release/release-error.ts";

/** What `--inject` makes of the new version in a rehearsal, once it has some of the traffic. */
export const rehearsedFaults = {
  /** Three of ten answers are errors. */
  errors: { kind: "responses", to: "candidate", share: 0.3, status: 500, when: { fromTrafficPercent: 10 } },
  /** Half of the answers come two seconds late. */
  latency: { kind: "responses", to: "candidate", share: 0.5, latencyMs: 2000, when: { fromTrafficPercent: 10 } },
  /** Its tasks never get healthy. */
  unhealthy: { kind: "unhealthy", to: "candidate" },
} as const;

export type RehearsedFault = keyof typeof rehearsedFaults;
export const rehearsedFaultNames = Object.keys(rehearsedFaults) as RehearsedFault[];

const injectedSchema = z.object({ id: z.string() });
const answerMs = 10_000;

/** Puts the fault in place; what is returned takes it back. Throws ReleaseError. */
export async function putFault(name: RehearsedFault, endpoint: string): Promise<() => Promise<void>> {
  const signal = (): AbortSignal => AbortSignal.timeout(answerMs);
  const faults = `${endpoint}/_rehearsal/faults`;
  const answer = await fetch(faults, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rehearsedFaults[name]), signal: signal() });
  if (!answer.ok) throw new ReleaseError("NOT_POSSIBLE_NOW", `The rehearsal does not take the fault ${name}: ${await answer.text()}. Nothing was released.`, "Start a rehearsal of this version: npm run rehearsal -- stop, and run again.");
  const { id } = injectedSchema.parse(await answer.json());
  return async () => {
    await fetch(`${faults}/${id}`, { method: "DELETE", signal: signal() });
  };
}
