import { after, every, type Cancel } from "../../clock/clock.ts";
import { sides } from "../../load-balancer/sides.ts";
import type { Component, Parts } from "../../parts.ts";
import { onTargetHealth } from "../elbv2/targets.ts";
import { isStable, refreshCounts } from "./stability.ts";
import { sideOf } from "./sides.ts";
import { endService } from "./delete-service.ts";
import type { WantedTask } from "./new-task.ts";
import { tellNoPlace, tellStarted, tellSteady, tellStopped } from "./service-events.ts";
import { addServiceEvent } from "./services.ts";
import { ecsSignals } from "./signals.ts";
import { ecsState, type ServiceRecord, type TaskRecord, type TaskSetRecord } from "./state.ts";
import { strikeTasks } from "./strike-tasks.ts";
import { TaskRuns } from "./task-runs.ts";
import { tagsOfServiceTask } from "./task-tags.ts";
import { unhealthyReason } from "./unhealthy.ts";

const longestBackOffSeconds = 60;
/** A task that ran so long and then died is not one that cannot start. */
const goodRunMs = 60_000;
/** In a row, after which the service says that it cannot start its tasks; AWS's own number is not known. */
const impairedFailures = 3;
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
      strikeTasks(parts, this.#runs);
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

  /** A task on its own, which nobody replaces; undefined when there is no place for one now. */
  runTask(wanted: WantedTask): TaskRecord | undefined {
    const task = this.#runs.start(wanted);
    this.wake();
    return task;
  }

  #reconcile(): void {
    const { services, taskSets } = ecsState(this.#parts);
    for (const taskSet of [...taskSets]) this.#reconcileSet(taskSet);
    for (const service of services) if (service.status === "DRAINING") endService(this.#parts, service);
    this.#holdClock();
  }

  #reconcileSet(taskSet: TaskSetRecord): void {
    const state = ecsState(this.#parts);
    const service = state.services.find(({ arn }) => arn === taskSet.serviceArn);
    if (service === undefined) return;
    const before = JSON.stringify(taskSet);
    const desired = taskSet.status === "DRAINING" ? 0 : Math.ceil((service.desiredCount * taskSet.scalePercent) / 100);
    if (desired !== taskSet.computedDesiredCount) addServiceEvent(this.#parts, service, `updated computedDesiredCount for taskSet ${taskSet.id} to ${String(desired)}.`);
    taskSet.computedDesiredCount = desired;
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
    tellStopped(this.#parts, service, taskSet.id, surplus.filter(({ status }) => status === "RUNNING"));
    for (const task of surplus) this.#runs.stop(task, "ServiceSchedulerInitiated", `Scaling activity initiated by (taskSet ${taskSet.id})`);
    this.#startMissing(taskSet, service, taskSet.computedDesiredCount - live().length);
    refreshCounts(this.#parts, taskSet);
    const stability = isStable(this.#parts, taskSet) ? "STEADY_STATE" : "STABILIZING";
    if (stability !== taskSet.stabilityStatus) {
      Object.assign(taskSet, { stabilityStatus: stability, stabilityMs: this.#parts.clock.now() });
      this.#parts.timeline.add("ecs", "task-set-stability", { taskSet: taskSet.arn, stability, running: taskSet.runningCount, desired: taskSet.computedDesiredCount });
      if (stability === "STEADY_STATE" && taskSet.status !== "DRAINING") tellSteady(this.#parts, service, taskSet.id);
    }
    const isGone = taskSet.status === "DRAINING" && !state.tasks.some((task) => task.taskSetArn === taskSet.arn && task.status !== "STOPPED");
    if (isGone) {
      state.taskSets = state.taskSets.filter((other) => other !== taskSet);
      this.#parts.timeline.add("ecs", "task-set-gone", { taskSet: taskSet.arn });
    }
    if (isGone || JSON.stringify(taskSet) !== before) {
      this.#parts.get(ecsSignals).taskSet.tell(taskSet.serviceArn);
      this.#parts.world.changed();
    }
  }

  #startMissing(taskSet: TaskSetRecord, service: ServiceRecord, count: number): void {
    if (count <= 0) return;
    if (this.#parts.clock.now() < taskSet.notBeforeMs) {
      this.#wakeAt(taskSet.notBeforeMs);
      return;
    }
    const { arn: taskSetArn, clusterArn, loadBalancers, network, serviceArn, taskDefinition } = taskSet;
    const tags = tagsOfServiceTask(this.#parts, taskSet, service);
    const started: TaskRecord[] = [];
    while (started.length < count) {
      const task = this.#runs.start({ taskSetArn, clusterArn, serviceArn, taskDefinition, network, tags }, loadBalancers);
      if (task === undefined) break;
      started.push(task);
    }
    tellStarted(this.#parts, service, taskSet.id, started);
    if (started.length === count) return;
    tellNoPlace(this.#parts, service);
    this.#wakeAt(this.#parts.clock.now() + placementMs);
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
    const service = ecsState(this.#parts).services.find(({ arn }) => arn === taskSet.serviceArn);
    if (service !== undefined && taskSet.failures === impairedFailures) addServiceEvent(this.#parts, service, "is unable to consistently start tasks successfully.");
    taskSet.notBeforeMs = now + Math.min(longestBackOffSeconds, 2 ** (taskSet.failures - 1)) * 1000;
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

export const scheduler: Component<Scheduler> = {
  name: "ecs-scheduler",
  create: (parts) => new Scheduler(parts),
  stop: async (made) => {
    made.stop();
    return Promise.resolve();
  },
};
