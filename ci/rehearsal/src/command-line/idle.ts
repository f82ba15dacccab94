import type { MachineTime } from "../clock/machine-time.ts";
import type { Parts } from "../parts.ts";
import { codedeploySlice, isActive } from "../services/codedeploy/state.ts";

/** A call, a shift of traffic, a health check that changed: each is an event. A deployment may wait for hours without one, and is use all the same. */
export function whenIdle(parts: Parts, machine: MachineTime, idleMs: number, then: () => void): () => void {
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel();
    cancel = machine.after(idleMs, () => {
      if (parts.world.slice(codedeploySlice).deployments.some(isActive)) wait();
      else then();
    });
  };
  wait();
  const stop = parts.timeline.subscribe(wait);
  return () => {
    stop();
    cancel();
  };
}
