import fc from "fast-check";
import { expect, it } from "vitest";
import { acts, course } from "./stage/acts.ts";
import { startHooks } from "./stage/hooks.ts";
import { look, perform } from "./stage/perform.ts";
import type { Promises } from "./stage/promises.ts";
import { Stage } from "./stage/stage.ts";

/** Runs of everything a release can meet, in any order. A failure names the seed and the shortest run that shows it; ANY_COURSE_RUNS looks for longer. */
const runs = Number(process.env["ANY_COURSE_RUNS"] ?? 60);
/** Longer than all waits of a deployment together. */
const longestHours = 12;

it("holds whatever happens: weights sum to 100, no traffic without a healthy target, every deployment ends, shifts follow the configuration, a fired alarm stops, a rollback takes all back, nothing is left", { timeout: 60_000 + runs * 500 }, async () => {
  const hooks = await startHooks();
  const tested: Record<keyof Promises["tested"], number> = { shifts: 0, ends: 0, courses: 0, alarms: 0, trafficBack: 0, testListenerBack: 0, primaryBack: 0 };
  await fc.assert(
    fc.asyncProperty(course, acts, async (how, all) => {
      const stage = await Stage.set(how, hooks);
      const { promises } = stage;
      try {
        for (const what of all) {
          await perform(stage, what);
          promises.checkAlarm();
        }
        await stage.untilOver(longestHours);
        await stage.pass(10 * 60_000);
        await look(stage);
        promises.checkRest();
      } finally {
        await stage.stop();
      }
      for (const promise of Object.keys(tested) as (keyof typeof tested)[]) tested[promise] += promises.tested[promise];
      expect(promises.broken).toEqual([]);
    }),
    { numRuns: runs },
  );
  // Each promise was put to the test, and often.
  expect(Object.entries(tested).filter(([, count]) => count <= runs / 25)).toEqual([]);
});
