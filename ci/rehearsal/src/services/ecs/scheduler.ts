import { after, every, type Cancel } from "../../clock/clock.ts";
import { faults } from "../../faults/faults.ts";
import { sides } from "../../load-balancer/sides.ts";
import type { Component, Parts } from "../../parts.ts";
import { onTargetHealth } from "../elbv2/targets.ts";
import { isStable, refreshCounts } from "./stability.ts";
import { sideOf } from "./sides.ts";
import { addServiceEvent } from "./services.ts";
import { ecsSignals } from "./signals.ts";
import { ecsState, type TaskRecord, type TaskSetRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";
import { TaskRuns } from "./task-runs.ts";
import { unhealthyReason } from "./unhealthy.ts";

const longestBackOffSeconds = 60;
/** A task that ran so long and then died is not one that cannot start. */
const goodRunMs = 60_000;
const keptStoppedTasks = 100;
/** How long until it looks again whether a task finds a place. */
const placementMs = 10_000;

/** Keeps as many tasks of each task set as it is to have, and says when it is stable. Takes up what the world has. */
export class Scheduler {
  readonly #parts: Parts;
  readonly #runs: TaskRuns;
  readonly #cancels: readonly Cancel[];
  #woken: Cancel | undefined;
  /** By the time at which it looks again. */
  readonly #later = new Map<number, Cancel>();
  #releaseClock: Cancel | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#runs = new TaskRuns(parts, (task) => {
      this.#ended(task);
    }, () => {
      this.wake();
    });
    parts.get(sides).of = (address) => sideOf(parts, address);
    const wake = (): void => {
      this.wake();
    };
    this.#cancels = [onTargetHealth(parts, wake), every(parts.clock, () => 1000, () => {
      this.#strike();
    })];
    this.#takeUp();
  }

  /** Looks, soon, at what is and what is to be. */
  wake(): void {
    this.#woken ??= after(this.#parts.clock, 0, () => {
      this.#woken = undefined;
      this.#reconcile();
    });
  }

  stopTask(task: TaskRecord, code: "UserInitiated" | "ServiceSchedulerInitiated", reason: string): void {
    this.#runs.stop(task, code, reason);
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#woken?.();
    for (const cancel of this.#later.values()) cancel();
    this.#runs.end();
    this.#releaseClock?.();
  }

  /** Nothing of an earlier process runs any more, so that nobody may take a task set for steady by what was saved. */
  #takeUp(): void {
    const { tasks, taskSets } = ecsState(this.#parts);
    for (const task of [...tasks]) if (task.status !== "STOPPED") this.#runs.abandon(task);
    for (const taskSet of taskSets) {
      refreshCounts(this.#parts, taskSet);
      if (!isStable(this.#parts, taskSet)) Object.assign(taskSet, { stabilityStatus: "STABILIZING", stabilityMs: this.#parts.clock.now() });
    }
    this.wake();
  }

  #reconcile(): void {
    for (const taskSet of [...ecsState(this.#parts).taskSets]) this.#reconcileSet(taskSet);
    this.#holdClock();
  }

  #reconcileSet(taskSet: TaskSetRecord): void {
    const state = ecsState(this.#parts);
    const service = state.services.find(({ arn }) => arn === taskSet.serviceArn);
    if (service === undefined) return;
    const before = JSON.stringify(taskSet);
    taskSet.computedDesiredCount = taskSet.status === "DRAINING" ? 0 : Math.ceil((service.desiredCount * taskSet.scalePercent) / 100);
    const live = (): TaskRecord[] => state.tasks.filter((task) => task.taskSetArn === taskSet.arn && task.desiredStatus === "RUNNING");
    for (const task of live()) {
      const reason = unhealthyReason(this.#parts, task, taskSet, service);
      if (reason === undefined) continue;
      addServiceEvent(this.#parts, service, `(task ${task.id}) ${reason.event}`);
      this.#runs.stop(task, "ServiceSchedulerInitiated", reason.stopped);
      this.#backOff(taskSet, task);
    }
    // Those that are not ready yet go first, and of the others the newest.
    const surplus = live().toSorted((one, other) => Number(one.status === "RUNNING") - Number(other.status === "RUNNING") || other.createdMs - one.createdMs).slice(0, Math.max(0, live().length - taskSet.computedDesiredCount));
    for (const task of surplus) this.#runs.stop(task, "ServiceSchedulerInitiated", `Scaling activity initiated by (taskSet ${taskSet.id})`);
    this.#startMissing(taskSet, taskSet.computedDesiredCount - live().length);
    refreshCounts(this.#parts, taskSet);
    const stability = isStable(this.#parts, taskSet) ? "STEADY_STATE" : "STABILIZING";
    if (stability !== taskSet.stabilityStatus) {
      Object.assign(taskSet, { stabilityStatus: stability, stabilityMs: this.#parts.clock.now() });
      this.#parts.timeline.add("ecs", "task-set-stability", { taskSet: taskSet.arn, stability, running: taskSet.runningCount, desired: taskSet.computedDesiredCount });
      if (stability === "STEADY_STATE") addServiceEvent(this.#parts, service, "has reached a steady state.");
    }
    const isGone = taskSet.status === "DRAINING" && !state.tasks.some((task) => task.taskSetArn === taskSet.arn && task.status !== "STOPPED");
    if (isGone) state.taskSets = state.taskSets.filter((other) => other !== taskSet);
    if (isGone || JSON.stringify(taskSet) !== before) {
      this.#parts.get(ecsSignals).taskSet.tell(taskSet.serviceArn);
      this.#parts.world.changed();
    }
  }

  #startMissing(taskSet: TaskSetRecord, count: number): void {
    if (count <= 0) return;
    if (this.#parts.clock.now() < taskSet.notBeforeMs) {
      this.#wakeAt(taskSet.notBeforeMs);
      return;
    }
    for (let started = 0; started < count; started += 1) {
      if (this.#runs.start(taskSet)) continue;
      this.#wakeAt(this.#parts.clock.now() + placementMs);
      return;
    }
  }

  #wakeAt(timeMs: number): void {
    if (this.#later.has(timeMs)) return;
    this.#later.set(timeMs, this.#parts.clock.at(timeMs, () => {
      this.#later.delete(timeMs);
      this.wake();
    }));
  }

  #ended(task: TaskRecord): void {
    const state = ecsState(this.#parts);
    const taskSet = state.taskSets.find(({ arn }) => arn === task.taskSetArn);
    if (taskSet !== undefined && task.stopCode !== "ServiceSchedulerInitiated") this.#backOff(taskSet, task);
    const stopped = state.tasks.filter(({ status }) => status === "STOPPED");
    const dropped = new Set(stopped.slice(0, Math.max(0, stopped.length - keptStoppedTasks)));
    if (dropped.size > 0) state.tasks = state.tasks.filter((candidate) => !dropped.has(candidate));
    this.wake();
  }

  #backOff(taskSet: TaskSetRecord, task: TaskRecord): void {
    const now = this.#parts.clock.now();
    const ranMs = task.startedMs === undefined ? 0 : now - task.startedMs;
    taskSet.failures = ranMs >= goodRunMs ? 1 : taskSet.failures + 1;
    taskSet.notBeforeMs = now + Math.min(longestBackOffSeconds, 2 ** (taskSet.failures - 1)) * 1000;
  }

  /** What is made to go wrong with tasks that run. */
  #strike(): void {
    const struck = this.#parts.get(faults);
    if (struck.list().length === 0) return;
    for (const task of [...ecsState(this.#parts).tasks]) {
      if (task.status !== "RUNNING" || task.desiredStatus !== "RUNNING") continue;
      const [lost] = struck.strike("zone-loss", ({ zone }) => zone === task.zone);
      if (lost !== undefined) {
        this.#runs.kill(task, { code: "TerminationNotice", reason: `The availability zone ${lost.zone} is gone` });
        continue;
      }
      const side = sideOf(this.#parts, task.address);
      const [exit] = struck.strike("container-exit", (fault) => fault.to === side && isEssential(this.#parts, task, fault.container) && task.containers.some(({ name, status }) => name === fault.container && status === "RUNNING"));
      if (exit !== undefined) this.#runs.kill(task, { code: "EssentialContainerExited", reason: "Essential container in task exited", container: exit.container, exitCode: exit.exitCode });
    }
  }

  /** A container starts at the machine's pace. */
  #holdClock(): void {
    const isPending = ecsState(this.#parts).tasks.some(({ status }) => status === "PENDING");
    if (isPending) this.#releaseClock ??= this.#parts.clock.hold();
    else {
      this.#releaseClock?.();
      this.#releaseClock = undefined;
    }
  }
}

/** The end of another container ends no task, and a provider has no way to end one alone. */
const isEssential = (parts: Parts, task: TaskRecord, container: string): boolean => findTaskDefinition(parts, task.taskDefinition)?.containers.find(({ name }) => name === container)?.essential !== false;

export const scheduler: Component<Scheduler> = {
  name: "ecs-scheduler",
  create: (parts) => new Scheduler(parts),
  stop: async (made) => {
    made.stop();
    return Promise.resolve();
  },
};
