import { faults } from "../../../src/faults/faults.ts";
import { network } from "../../../src/network/network.ts";
import type { Parts } from "../../../src/parts.ts";
import { alarmStates } from "../../../src/services/cloudwatch/alarms.ts";
import { codedeploySlice, isActive, type DeploymentRecord } from "../../../src/services/codedeploy/state.ts";
import { ecsState } from "../../../src/services/ecs/state.ts";
import { taskSetsOf } from "../../../src/services/ecs/task-sets.ts";
import { forwardOf } from "../../../src/services/elbv2/forwards.ts";
import { elbv2State } from "../../../src/services/elbv2/state.ts";
import { targetHealth } from "../../../src/services/elbv2/targets.ts";
import { serviceArn } from "../seed-world.ts";
import { expectedSteps } from "./expected-steps.ts";

/** How often CodeDeploy asks for alarms. */
const alarmPollMs = 10_000;

/** Percent of a listener's traffic, by target group. */
type Shares = ReadonlyMap<string, number>;

/** Watches a rehearsal, and gathers what it must never do. */
export class Promises {
  /** Empty while all are kept. */
  readonly broken: string[] = [];
  /** How often each was put to the test: one that never was shows nothing. */
  readonly tested = { shifts: 0, ends: 0, courses: 0, alarms: 0, trafficBack: 0, testListenerBack: 0, primaryBack: 0 };
  readonly #addresses = new Set<string>();
  readonly #shares = new Map<string, Shares>();
  /** By the deployment: how much the candidate got, and when. */
  readonly #steps = new Map<string, { readonly percent: number; readonly atMs: number }[]>();
  /** By the rollback: what it has to take back. */
  readonly #toTakeBack = new Map<string, { readonly traffic: boolean; readonly testListener: boolean; readonly primary: boolean }>();
  /** Since when the alarm fires, or this process watches it. */
  #firingMs: number | undefined;
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.watch(parts);
  }

  /** Also of the process that takes up what another had. */
  watch(parts: Parts): void {
    this.#parts = parts;
    this.#firingMs = alarmStates(parts, ["errors"]).some(({ state }) => state === "ALARM") ? parts.clock.now() : undefined;
    for (const { arn } of elbv2State(parts).listeners) this.#shares.set(arn, this.#sharesOf(arn));
    parts.timeline.subscribe(({ actor, detail, what }) => {
      if (what === "defect") this.broken.push(`a defect: ${detail["stack"] as string}`);
      if (what === "listener-action") this.#checkShift(detail["listener"] as string);
      if (what === "alarm-state") this.#firingMs = detail["to"] === "ALARM" ? parts.clock.now() : undefined;
      if (what === "rollback") this.#noteRollback(detail["rollback"] as string);
      if (actor === "codedeploy") this.checkAlarm();
      if (what === "task-started") this.#addresses.add(detail["address"] as string);
      if (actor === "codedeploy" && what === "deployment" && detail["status"] !== "Created") this.#checkEnd(detail["deployment"] as string);
    });
  }

  /** While it fires nothing is deployed: at most until CodeDeploy asks for it the next time. */
  checkAlarm(): void {
    const { clock } = this.#parts;
    for (const { alarms, createdMs, creator, id, stage } of this.#deployments().filter(isActive)) {
      if (this.#firingMs === undefined || creator !== "user" || !alarms.enabled) continue;
      const firingMs = clock.now() - Math.max(this.#firingMs, createdMs);
      if (firingMs > alarmPollMs) this.broken.push(`${id} is in ${stage}, and its alarm has been firing for ${String(firingMs)} ms`);
    }
  }

  /** Once nothing is going any more, and what drains has drained. */
  checkRest(): void {
    const { tasks, taskSets } = ecsState(this.#parts);
    const [primary, ...others] = taskSets.filter(({ status }) => status === "PRIMARY");
    if (primary === undefined || others.length > 0) this.broken.push(`${String(others.length + (primary === undefined ? 0 : 1))} task sets are primary`);
    for (const task of tasks.filter(({ status }) => status !== "STOPPED")) if (!taskSets.some(({ arn }) => arn === task.taskSetArn)) this.broken.push(`a task of a task set that is gone is ${task.status}`);
    const last = this.#deployments().at(-1);
    if (last?.status === "Succeeded" && taskSets.length > 1) this.broken.push(`${String(taskSets.length)} task sets are left after ${last.creator === "user" ? "a release" : "a rollback"}`);
  }

  /** After the rehearsal has stopped. */
  checkGone(): void {
    for (const address of this.#addresses) if (this.#parts.get(network).resolve(address, 8080) !== undefined) this.broken.push(`the task at ${address} still answers`);
  }

  #checkShift(listenerArn: string): void {
    const weights = forwardOf(this.#parts, listenerArn);
    const sum = weights.reduce((total, { weight }) => total + weight, 0);
    // A listener with one target group has the weight 1.
    if (weights.length === 2 && sum !== 100) this.broken.push(`weights sum to ${String(sum)}`);
    const [before, after] = [this.#shares.get(listenerArn), this.#sharesOf(listenerArn)];
    this.#shares.set(listenerArn, after);
    this.#checkStep(listenerArn, after);
    const isWayBack = this.#deployments().some((deployment) => isActive(deployment) && deployment.stage === "Rollback");
    for (const [arn, percent] of after) {
      if (percent <= (before?.get(arn) ?? 0)) continue;
      this.tested.shifts += 1;
      const isHealthy = targetHealth(this.#parts, arn).some(({ state }) => state === "healthy");
      if (!isHealthy && !isWayBack) this.broken.push(`${listenerArn} was shifted to ${String(percent)} % on ${arn} without a healthy target`);
    }
  }

  /** The candidate gets what the configuration says, one step after the other, and none too early. */
  #checkStep(listenerArn: string, shares: Shares): void {
    const deployment = this.#deployments().find((candidate) => isActive(candidate) && candidate.creator === "user" && candidate.settings.prodListenerArn === listenerArn);
    if (deployment?.green === undefined) return;
    const { configName, green, id } = deployment;
    const steps = this.#steps.get(id) ?? [];
    const percent = shares.get(green.targetGroupArn) ?? 0;
    // Install takes away what an earlier deployment left there.
    if (percent === 0 && steps.length === 0) return;
    const atMs = this.#parts.clock.now();
    const { percents, minutes } = expectedSteps(configName);
    if (percent !== percents[steps.length]) this.broken.push(`${configName}: step ${String(steps.length + 1)} is ${String(percent)} %`);
    const last = steps.at(-1);
    if (last !== undefined && atMs - last.atMs < minutes * 60_000) this.broken.push(`${configName}: ${String(percent)} % come ${String(atMs - last.atMs)} ms after ${String(last.percent)} %`);
    this.#steps.set(id, [...steps, { percent, atMs }]);
  }

  #noteRollback(id: string): void {
    const { blue, green, settings } = this.#deployments().find((deployment) => deployment.id === id) ?? {};
    if (blue === undefined || green === undefined || settings === undefined) return;
    const isOnGreen = (listenerArn: string | undefined): boolean => listenerArn !== undefined && (this.#sharesOf(listenerArn).get(green.targetGroupArn) ?? 0) > 0;
    const primary = taskSetsOf(this.#parts, serviceArn).some(({ arn, status }) => arn === green.taskSetArn && status === "PRIMARY");
    this.#toTakeBack.set(id, { traffic: isOnGreen(settings.prodListenerArn), testListener: isOnGreen(settings.testListenerArn), primary });
  }

  #checkEnd(id: string): void {
    const deployment = this.#deployments().find((candidate) => candidate.id === id);
    if (deployment === undefined || isActive(deployment)) return;
    this.tested.ends += 1;
    const open = deployment.events.filter(({ status }) => status === "Pending" || status === "InProgress");
    if (open.length > 0) this.broken.push(`${deployment.status}, and ${open.map(({ name }) => name).join(", ")} is not over`);
    if (deployment.status !== "Succeeded" && deployment.error === undefined) this.broken.push(`${deployment.status} for no reason`);
    if (deployment.error?.code === "ALARM_ACTIVE") this.tested.alarms += 1;
    if (deployment.status === "Succeeded" && deployment.creator === "user") this.#checkCourse(deployment);
    if (deployment.creator === "codeDeployRollback") this.#checkRollback(deployment);
  }

  #checkCourse({ configName, id }: DeploymentRecord): void {
    const percents = (this.#steps.get(id) ?? []).map(({ percent }) => percent);
    if (percents.length > 1) this.tested.courses += 1;
    if (percents.at(-1) !== 100) this.broken.push(`${configName} has succeeded after ${percents.join(", ")} %`);
  }

  #checkRollback({ blue, error, id, settings, status }: DeploymentRecord): void {
    if (status !== "Succeeded") {
      if (error?.code !== "IAM_ROLE_PERMISSIONS" && error?.code !== "MANUAL_STOP") this.broken.push(`a rollback is ${status}: ${error?.message ?? ""}`);
      return;
    }
    const takenBack = this.#toTakeBack.get(id);
    if (takenBack?.traffic === true) this.tested.trafficBack += 1;
    if (takenBack?.testListener === true) this.tested.testListenerBack += 1;
    if (takenBack?.primary === true) this.tested.primaryBack += 1;
    const taskSets = taskSetsOf(this.#parts, serviceArn);
    const primary = taskSets.find(({ status: state }) => state === "PRIMARY");
    // Of one that was stopped before Install nobody had to find out which was blue.
    if (blue !== undefined && primary?.arn !== blue.taskSetArn) this.broken.push("after a rollback the old task set is not primary");
    const share = this.#sharesOf(settings.prodListenerArn).get(primary?.loadBalancers[0]?.targetGroupArn ?? "");
    if (share !== 100) this.broken.push(`after a rollback ${String(share)} % is on the old task set`);
    const { testListenerArn } = settings;
    if (blue !== undefined && testListenerArn !== undefined && this.#sharesOf(testListenerArn).get(blue.targetGroupArn) !== 100) this.broken.push("after a rollback the test listener is not on the old task set");
    if (taskSets.some(({ arn, status: state }) => arn !== primary?.arn && state !== "DRAINING")) this.broken.push("after a rollback another task set stays");
    if (this.#parts.get(faults).candidateTrafficPercent !== 0) this.broken.push("after a rollback the candidate is said to have traffic");
  }

  #sharesOf(listenerArn: string): Shares {
    const weights = forwardOf(this.#parts, listenerArn);
    const sum = weights.reduce((total, { weight }) => total + weight, 0);
    return new Map(weights.map(({ targetGroupArn, weight }) => [targetGroupArn, (100 * weight) / sum]));
  }

  #deployments(): readonly DeploymentRecord[] {
    return this.#parts.world.slice(codedeploySlice).deployments;
  }
}
