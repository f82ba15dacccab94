import { expect, it } from "vitest";
import type { MachineTime } from "../../src/clock/machine-time.ts";
import { whenIdle } from "../../src/command-line/idle.ts";
import { codedeploySlice } from "../../src/services/codedeploy/state.ts";
import { setUp } from "../services/codedeploy/setting.ts";

/** A machine whose time passes when a test says so. */
function handMoved(): { readonly machine: MachineTime; readonly pass: () => void } {
  let waiting: (() => void) | undefined;
  const machine: MachineTime = {
    now: () => 0,
    wallMs: () => 0,
    after: (_delayMs, what) => {
      waiting = what;
      return () => {
        waiting = undefined;
      };
    },
  };
  return { machine, pass: () => waiting?.() };
}

it("does not end while a deployment is active, however long nothing happens", async () => {
  const { deploy, rehearsal, untilOver } = await setUp();
  await deploy();
  const { machine, pass } = handMoved();
  let ends = 0;
  const cancel = whenIdle(rehearsal.parts, machine, 1000, () => { ends += 1; });
  for (let times = 0; times < 3; times += 1) pass();
  expect(ends).toBe(0);
  await untilOver();
  expect(rehearsal.parts.world.slice(codedeploySlice).deployments).toHaveLength(1);
  pass();
  expect(ends).toBe(1);
  cancel();
});
