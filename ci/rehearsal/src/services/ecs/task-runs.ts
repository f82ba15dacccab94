import type { Parts } from "../../parts.ts";
import { taskProvider, type RunningTask } from "../../tasks/task-provider.ts";
import { deregisterTargets, registerTargets } from "../elbv2/targets.ts";
import { elbv2State } from "../elbv2/state.ts";
import { newTask, type WantedTask } from "./new-task.ts";
import { tellTarget } from "./service-events.ts";
import { graceEndMs } from "./unhealthy.ts";
import { resolveTask, StartFailure } from "./resolve-task.ts";
import { ecsState, type ServiceLoadBalancer, type TaskContainer, type TaskRecord } from "./state.ts";
import { logsOf } from "./task-logs.ts";

interface Stop {
  readonly code: string;
  readonly reason: string;
}

/** Tasks that run by this process, from their start to their end. */
export class TaskRuns {
  readonly #parts: Parts;
  readonly #onEnd: (task: TaskRecord) => void;
  readonly #onChange: () => void;
  readonly #running = new Map<string, RunningTask>();
  #isOver = false;

  constructor(parts: Parts, onEnd: (task: TaskRecord) => void, onChange: () => void) {
    this.#parts = parts;
    this.#onEnd = onEnd;
    this.#onChange = onChange;
  }

  /** Undefined when there is no place for one now. */
  start(wanted: WantedTask, loadBalancers: readonly ServiceLoadBalancer[] = []): TaskRecord | undefined {
    const task = newTask(this.#parts, wanted);
    if (task === undefined) return undefined;
    ecsState(this.#parts).tasks.push(task);
    this.#parts.timeline.add("ecs", "task-started", { task: task.arn, taskSet: task.taskSetArn, zone: task.zone, address: task.address, containers: task.containers.map(({ name }) => name) });
    let resolved;
    try {
      resolved = resolveTask(this.#parts, task);
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      if (error.container !== undefined) this.#container(task, error.container, { status: "STOPPED", reason: error.message });
      this.#ended(task, { code: "TaskFailedToStart", reason: error.message });
      return task;
    }
    const logs = logsOf(this.#parts, task);
    const run = this.#parts.get(taskProvider).start(resolved, {
      container: (name, change) => {
        if (task.status === "STOPPED" || this.#isOver) return;
        if (change.status === "RUNNING") logs.open(name);
        this.#container(task, name, change);
        this.#settle(task, loadBalancers);
      },
      output: logs.write,
      stopped: (stop) => {
        if (task.status !== "STOPPED" && !this.#isOver) this.#ended(task, stop);
      },
    });
    // It may have ended before it came back.
    if (ecsState(this.#parts).tasks.some((other) => other === task && other.status !== "STOPPED")) this.#running.set(task.id, run);
    return task;
  }

  /** Out of its target groups first; its containers are told once its targets have drained, and get their time to end. */
  stop(task: TaskRecord, code: "UserInitiated" | "ServiceSchedulerInitiated", reason: string): void {
    if (task.desiredStatus === "STOPPED") return;
    Object.assign(task, { desiredStatus: "STOPPED", stopCode: code, stoppedReason: reason, stoppingMs: this.#parts.clock.now() } satisfies Partial<TaskRecord>);
    this.#parts.timeline.add("ecs", "task-stopping", { task: task.arn, code, reason });
    const drainedMs = this.#deregister(task);
    const end = (): void => {
      const run = this.#running.get(task.id);
      if (task.status === "STOPPED" || this.#isOver) return;
      if (run === undefined) this.#ended(task, { code, reason });
      else this.#stopRun(run, code, reason);
    };
    if (drainedMs > this.#parts.clock.now()) {
      task.status = "DEACTIVATING";
      this.#parts.clock.at(drainedMs, end);
    } else end();
    this.#onChange();
  }

  /** One of its containers alone; the provider tells what becomes of the task. */
  exit(task: TaskRecord, container: string, exitCode: number): void {
    this.#running.get(task.id)?.exit(container, exitCode);
  }

  /** At once: what the provider still has of it is cleared away, and what it says is not heard. */
  kill(task: TaskRecord, stop: Stop): void {
    const run = this.#running.get(task.id);
    this.#ended(task, stop);
    if (run !== undefined) this.#stopRun(run, "ServiceSchedulerInitiated", stop.reason);
  }

  #stopRun(run: RunningTask, code: "UserInitiated" | "ServiceSchedulerInitiated", reason: string): void {
    run.stop(code, reason).catch((error: unknown) => {
      this.#parts.timeline.add("rehearsal", "defect", { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    });
  }

  /** One of an earlier process. */
  abandon(task: TaskRecord): void {
    this.#ended(task, { code: "ServiceSchedulerInitiated", reason: "The rehearsal that ran it has ended" });
  }

  end(): void {
    this.#isOver = true;
    this.#running.clear();
  }

  #container(task: TaskRecord, name: string, { status, health, exitCode, reason }: Partial<Omit<TaskContainer, "status">> & { readonly status: TaskContainer["status"] }): void {
    const container = task.containers.find((candidate) => candidate.name === name);
    if (container === undefined) return;
    Object.assign(container, { status, ...(health !== undefined && { health }), ...(exitCode !== undefined && { exitCode }), ...(reason !== undefined && { reason }) });
    this.#parts.timeline.add("ecs", "container", { task: task.arn, container: name, status, health: container.health, exitCode: exitCode ?? null, reason: reason ?? null });
    this.#parts.world.changed();
  }

  #settle(task: TaskRecord, loadBalancers: readonly ServiceLoadBalancer[]): void {
    // Containers that others waited for may have ended by then.
    const isUp = task.containers.every(({ status }) => status !== "PENDING") && task.containers.some(({ status }) => status === "RUNNING");
    if (task.status === "PENDING" && task.desiredStatus === "RUNNING" && isUp) {
      task.status = "RUNNING";
      task.startedMs = this.#parts.clock.now();
      const service = ecsState(this.#parts).services.find(({ arn }) => arn === task.serviceArn);
      if (service !== undefined) this.#parts.clock.at(graceEndMs(task.startedMs, service), this.#onChange);
    }
    const registered = loadBalancers.filter(({ containerName }) => task.containers.some(({ name, status }) => name === containerName && status === "RUNNING"));
    if (!task.isRegistered && task.desiredStatus === "RUNNING" && registered.length > 0) {
      task.isRegistered = true;
      for (const { targetGroupArn, containerPort } of registered) {
        if (!this.#hasGroup(targetGroupArn)) continue;
        registerTargets(this.#parts, targetGroupArn, [{ id: task.address, port: containerPort, zone: task.zone }]);
        tellTarget(this.#parts, task, "registered", targetGroupArn);
      }
    }
    this.#onChange();
  }

  /** When the last of its targets has drained; now, or earlier, when it has none. */
  #deregister(task: TaskRecord): number {
    let drainedMs = 0;
    if (!task.isRegistered) return drainedMs;
    task.isRegistered = false;
    for (const { arn, targets } of elbv2State(this.#parts).targetGroups) {
      const own = targets.filter(({ id }) => id === task.address);
      if (own.length === 0) continue;
      deregisterTargets(this.#parts, arn, own.map(({ id, port }) => ({ id, port })));
      drainedMs = Math.max(drainedMs, ...own.map(({ goneMs = 0 }) => goneMs));
      tellTarget(this.#parts, task, "deregistered", arn);
    }
    return drainedMs;
  }

  #hasGroup(targetGroupArn: string): boolean {
    return elbv2State(this.#parts).targetGroups.some(({ arn }) => arn === targetGroupArn);
  }

  #ended(task: TaskRecord, { code, reason }: Stop): void {
    const now = this.#parts.clock.now();
    this.#running.delete(task.id);
    this.#deregister(task);
    for (const container of task.containers) container.status = "STOPPED";
    // What was asked for first is what ended it.
    Object.assign(task, { status: "STOPPED", desiredStatus: "STOPPED", stopCode: task.stopCode ?? code, stoppedReason: task.stoppedReason ?? reason, stoppingMs: task.stoppingMs ?? now, stoppedMs: now } satisfies Partial<TaskRecord>);
    this.#parts.timeline.add("ecs", "task-stopped", { task: task.arn, code: task.stopCode ?? code, reason: task.stoppedReason ?? reason });
    this.#parts.world.changed();
    this.#onEnd(task);
  }
}
