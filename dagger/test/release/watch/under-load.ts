import { balancer } from "../../../../ci/rehearsal/src/load-balancer/balancer.ts";
import { elbv2State } from "../../../../ci/rehearsal/src/services/elbv2/state.ts";
import type { ReleaseClock } from "../../../src/release/release-clock.ts";
import type { StartedWorld } from "../support/start-world.ts";

/** Requests that users make while a step of time passes. */
const perStep = 20;
const stepMs = 10_000;

/** Time in which users make requests of the production listener: an alarm without any sees nothing. */
export async function clockUnderLoad({ clock, rehearsal: { parts } }: StartedWorld): Promise<ReleaseClock> {
  const listener = elbv2State(parts).listeners.find(({ port }) => port === 80);
  const address = await parts.get(balancer).addressOf(listener?.arn ?? "");
  return {
    now: () => clock.now(),
    sleep: async (_ms, signal) => {
      signal.throwIfAborted();
      for (let sent = 0; sent < perStep; sent += 1) await (await fetch(address)).arrayBuffer();
      await clock.advance(stepMs);
    },
  };
}
