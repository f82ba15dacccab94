import type { Cancel } from "../../clock/clock.ts";
import type { Component, Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { AlarmWatch } from "./alarm-watch.ts";
import { collaborators, type Collaborators } from "./collaborators.ts";
import { conclude, enter, leave, succeed, tellWait } from "./progress.ts";
import { deploymentIfAny, stateOf } from "./find.ts";
import { runHook } from "./hooks.ts";
import { courseOf } from "./course.ts";
import { nextStage } from "./lifecycle.ts";
import type { Cause } from "./outcome.ts";
import { DeploymentFailure, failed, type Run } from "./run.ts";
import { acts } from "./stages/acts.ts";
import { isActive, type DeploymentRecord } from "./state.ts";

/**
 * Drives all deployments that are active. What it knows of one stands in its
 * record, so that one that was interrupted goes on where it was.
 */
export class Deployments {
  readonly #parts: Parts;
  readonly #cloud: Collaborators;
  readonly #alarms: AlarmWatch;
  readonly #timers = new Map<string, Cancel>();
  /** Execution ids of hooks that this process runs. */
  readonly #hooks = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#cloud = parts.get(collaborators);
    this.#alarms = new AlarmWatch(parts);
    this.#cloud.onTaskSet((serviceArn) => {
      for (const deployment of this.#active()) if (deployment.serviceArn === serviceArn) this.wake(deployment);
    });
    for (const deployment of this.#active()) {
      // Its tasks start anew, and get their time for it.
      delete deployment.unhealthySinceMs;
      parts.timeline.add("codedeploy", "deployment-taken-up", { deployment: deployment.id, stage: deployment.stage });
      this.wake(deployment);
    }
  }

  /** Looks at it again as soon as the clock runs. */
  wake({ id }: DeploymentRecord, atMs = this.#parts.clock.now()): void {
    this.#timers.get(id)?.();
    this.#timers.set(
      id,
      this.#parts.clock.at(atMs, async () => {
        await this.#drive(id);
      }),
    );
  }

  /** Ends it, by a rollback or as it is. */
  stop(deployment: DeploymentRecord, cause: Cause): void {
    const rollback = conclude(this.#parts, deployment, cause);
    this.#forget(deployment.id);
    if (rollback !== undefined) this.wake(rollback);
    this.#parts.world.changed();
  }

  end(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #active(): readonly DeploymentRecord[] {
    return stateOf(this.#parts).deployments.filter(isActive);
  }

  #forget(id: string): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    this.#alarms.forget(id);
  }

  /** Ends when what it has started has: a clock that jumps then waits for a hook. */
  async #drive(id: string): Promise<void> {
    const deployment = deploymentIfAny(this.#parts, id);
    if (deployment === undefined || !isActive(deployment)) return;
    const started: Promise<void>[] = [];
    const run: Run = {
      parts: this.#parts,
      cloud: this.#cloud,
      deployment,
      startHook: () => {
        started.push(this.#runHook(deployment));
      },
    };
    try {
      this.#advance(run);
    } catch (error) {
      this.stop(deployment, causeOf(this.#parts, error));
    }
    this.#parts.world.changed();
    await Promise.all(started);
  }

  /** From stage to stage, until one has to wait. */
  #advance(run: Run): void {
    const { deployment, parts } = run;
    const pollMs = this.#alarms.look(run);
    for (;;) {
      enter(parts, deployment);
      const step = acts[deployment.stage](run);
      if (step !== "done") {
        this.wake(deployment, Math.min(step.untilMs, pollMs));
        return;
      }
      leave(parts, deployment);
      const next = nextStage(deployment.stage, courseOf(deployment));
      if (next === undefined) {
        succeed(parts, deployment);
        this.#forget(deployment.id);
        return;
      }
      deployment.stage = next;
      deployment.stageSinceMs = parts.clock.now();
      deployment.isContinued = false;
      tellWait(parts, deployment);
    }
  }

  async #runHook(deployment: DeploymentRecord): Promise<void> {
    const { hook } = deployment;
    const name = hook === undefined ? undefined : deployment.appSpec?.hooks[hook.event];
    if (hook === undefined || name === undefined || this.#hooks.has(hook.executionId)) return;
    const { event, executionId } = hook;
    this.#hooks.add(executionId);
    this.#parts.timeline.add("codedeploy", "hook-started", { deployment: deployment.id, event, function: name });
    // What it runs takes the machine's time.
    const release = this.#parts.clock.hold();
    const result = await runHook(this.#parts, name, { DeploymentId: deployment.id, LifecycleEventHookExecutionId: executionId });
    release();
    this.#parts.timeline.add("codedeploy", "hook-ended", { deployment: deployment.id, event, function: name, ...result });
    // It may have answered by itself, or the deployment have gone on without it.
    if (!isActive(deployment) || deployment.hook?.executionId !== executionId || deployment.hook.answer !== undefined || result.answer === undefined) return;
    deployment.hook = { ...deployment.hook, ...result };
    this.wake(deployment);
  }
}

function causeOf(parts: Parts, error: unknown): Cause {
  if (error instanceof DeploymentFailure) return error.cause;
  const text = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AwsError)) parts.timeline.add("rehearsal", "defect", { stack: error instanceof Error ? (error.stack ?? text) : text });
  return failed("INTERNAL_ERROR", text).cause;
}

export const deployments: Component<Deployments> = {
  name: "codedeploy-deployments",
  create: (parts) => new Deployments(parts),
  stop: (component) => {
    component.end();
    return Promise.resolve();
  },
};
