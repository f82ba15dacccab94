import { faults } from "../../faults/faults.ts";
import type { Parts } from "../../parts.ts";
import { sideOf } from "./sides.ts";
import { ecsState } from "./state.ts";
import type { TaskRuns } from "./task-runs.ts";

/** What is made to go wrong, on purpose, with tasks that run. */
export function strikeTasks(parts: Parts, runs: TaskRuns): void {
  const struck = parts.get(faults);
  if (struck.list().length === 0) return;
  for (const task of [...ecsState(parts).tasks]) {
    if (task.status !== "RUNNING" || task.desiredStatus !== "RUNNING") continue;
    const [lost] = struck.strike("zone-loss", ({ zone }) => zone === task.zone);
    if (lost !== undefined) {
      runs.kill(task, { code: "TerminationNotice", reason: `The availability zone ${lost.zone} is gone` });
      continue;
    }
    const side = sideOf(parts, task.address);
    const [exit] = struck.strike("container-exit", (fault) => fault.to === side && task.containers.some(({ name, status }) => name === fault.container && status === "RUNNING"));
    if (exit !== undefined) runs.exit(task, exit.container, exit.exitCode);
  }
}
