import type { Sighting } from "./owner.ts";

/** What is known of all that one process of a rehearsal has in an engine. */
export interface Belongings {
  /** Of the process. */
  readonly sighting: Sighting;
  /** It has the state that the sweeping rehearsal has now. */
  readonly isOfSameState: boolean;
  /** States of its containers, in the engine's words. */
  readonly containerStates: readonly string[];
}

const hasEnded = (state: string): boolean => /^(?:exited|stopped|dead)$/i.test(state);

/**
 * Whether nobody will ever remove them. A process that can be seen decides by
 * itself. Of one that cannot (in another container, on another machine with the
 * same engine, before a restart of this one) we go by what it would never leave:
 * a state belongs to one process at a time, so whoever takes it up takes up its
 * containers; and a living rehearsal has always something that runs or starts
 * beside what has ended. A lease that it renews would tell more, and cost a
 * container that runs for each rehearsal; so what such a one left running when
 * it was killed stays until its state is taken up, or somebody removes it.
 */
export function isAbandoned({ sighting, isOfSameState, containerStates }: Belongings): boolean {
  if (sighting !== "unseen") return sighting === "gone";
  return isOfSameState || (containerStates.length > 0 && containerStates.every(hasEnded));
}
