import { after, type Clock } from "../../../src/clock/clock.ts";
import { AwsError } from "../../../src/protocol/aws-error.ts";
import type { Collaborators, TaskSetView, Weight } from "../../../src/services/codedeploy/collaborators.ts";

type TaskSet = { -readonly [Member in keyof TaskSetView]: TaskSetView[Member] } & { taskDefinitionArn: string };

const arn = (rest: string): string => `arn:aws:ecs:eu-west-1:123456789012:${rest}`;
export const targetGroupArn = (name: string): string => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/0123456789abcdef`;
export const listenerArn = (name: string): string => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/0123456789abcdef/${name}`;
export const taskDefinitionArn = (revision: number | string = 2): string => arn(`task-definition/web:${revision}`);
export const roleArn = "arn:aws:iam::123456789012:role/codedeploy";
const serviceArn = arn("service/main/web");

/** ECS, a load balancer and alarms in memory, for tests of CodeDeploy alone. */
export class CloudDouble implements Collaborators {
  clock: Clock;
  readonly taskSets: TaskSet[] = [{ taskSetArn: arn("task-set/main/web/ecs-svc/1"), id: "ecs-svc/1", status: "PRIMARY", isSteady: true, desiredCount: 2, pendingCount: 0, runningCount: 2, targetGroupArns: [targetGroupArn("blue")], taskDefinitionArn: taskDefinitionArn(1) }];
  readonly forwards = new Map<string, readonly Weight[]>([
    [listenerArn("prod"), [{ targetGroupArn: targetGroupArn("blue"), weight: 1 }]],
    [listenerArn("test"), [{ targetGroupArn: targetGroupArn("blue"), weight: 1 }]],
  ]);
  readonly alarms = new Map<string, string>([["errors", "OK"]]);
  readonly deniedActions = new Set<string>();
  readonly asked: string[] = [];
  /** What was shifted towards while it had no healthy target. */
  readonly shiftedBlindly: string[] = [];
  /** Milliseconds from a task set's creation until it is steady; Infinity for never. */
  steadyAfterMs = 60_000;
  unhealthy = false;
  candidatePercent = 0;
  deploymentController = "CODE_DEPLOY";
  readonly #listeners = new Set<(serviceArn: string) => void>();
  #count = 1;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  findService: Collaborators["findService"] = (cluster, service) => (cluster === "main" && service === "web" ? { clusterArn: arn("cluster/main"), serviceArn, deploymentController: this.deploymentController } : undefined);
  findTaskDefinition: Collaborators["findTaskDefinition"] = (wanted) => ([1, 2, 3].some((revision) => taskDefinitionArn(revision) === wanted) ? { taskDefinitionArn: wanted, containers: [{ name: "proxy", ports: [8080] }], roleArns: ["arn:aws:iam::123456789012:role/execution"] } : undefined);

  createTaskSet: Collaborators["createTaskSet"] = (wanted) => {
    this.#count += 1;
    const taskSet: TaskSet = { taskSetArn: arn(`task-set/main/web/ecs-svc/${this.#count}`), id: `ecs-svc/${this.#count}`, status: "ACTIVE", externalId: wanted.externalId, isSteady: false, desiredCount: 2, pendingCount: 2, runningCount: 0, targetGroupArns: [wanted.targetGroupArn], taskDefinitionArn: wanted.taskDefinitionArn };
    this.taskSets.push(taskSet);
    this.#becomeSteady(taskSet);
    return taskSet;
  };

  setTaskSetScale: Collaborators["setTaskSetScale"] = (taskSetArn, percent) => {
    const taskSet = this.#find(taskSetArn);
    taskSet.desiredCount = Math.ceil((2 * percent) / 100);
    taskSet.runningCount = Math.min(taskSet.runningCount, taskSet.desiredCount);
  };

  setPrimaryTaskSet: Collaborators["setPrimaryTaskSet"] = (_serviceArn, taskSetArn) => {
    for (const taskSet of this.taskSets) if (taskSet.status === "PRIMARY") taskSet.status = "ACTIVE";
    this.#find(taskSetArn).status = "PRIMARY";
  };

  deleteTaskSet: Collaborators["deleteTaskSet"] = (taskSetArn) => {
    const taskSet = this.#find(taskSetArn);
    if (taskSet.status === "PRIMARY") throw new AwsError("InvalidParameterException", "The primary task set cannot be deleted.");
    taskSet.status = "DRAINING";
    after(this.clock, 60_000, () => {
      const index = this.taskSets.indexOf(taskSet);
      if (index >= 0) this.taskSets.splice(index, 1);
    });
  };

  taskSetsOf: Collaborators["taskSetsOf"] = () => this.taskSets;
  onTaskSet: Collaborators["onTaskSet"] = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  routesTo: Collaborators["routesTo"] = (listener) => [listener];
  forwardOf: Collaborators["forwardOf"] = (listener) => this.forwards.get(listener) ?? [];
  setForward: Collaborators["setForward"] = (listener, weights) => {
    const before = this.forwardOf(listener);
    for (const { targetGroupArn: group, weight } of weights) {
      const had = before.find((other) => other.targetGroupArn === group)?.weight ?? 0;
      if (listener === listenerArn("prod") && weight > had && this.healthyTargets(group) === 0) this.shiftedBlindly.push(group);
    }
    this.forwards.set(listener, weights);
  };
  targetGroupArn: Collaborators["targetGroupArn"] = (name) => (name === "blue" || name === "green" ? targetGroupArn(name) : undefined);
  healthyTargets: Collaborators["healthyTargets"] = (group) => {
    const running = this.taskSets.filter(({ status, targetGroupArns }) => status !== "DRAINING" && targetGroupArns.includes(group));
    return running.reduce((sum, { externalId, isSteady, runningCount }) => sum + (isSteady && !(this.unhealthy && externalId !== undefined) ? runningCount : 0), 0);
  };
  alarmStates: Collaborators["alarmStates"] = (names) => names.flatMap((name) => (this.alarms.has(name) ? [{ name, state: this.alarms.get(name) ?? "" }] : []));
  authoriseAs: Collaborators["authoriseAs"] = (_role, accesses) => {
    for (const { action, resource } of accesses) {
      this.asked.push(action);
      if (this.deniedActions.has(action)) throw new AwsError("AccessDeniedException", `User is not authorized to perform: ${action} on resource: ${resource}`);
    }
  };
  mayAssume: Collaborators["mayAssume"] = (role) => role === roleArn;
  tellCandidateTraffic: Collaborators["tellCandidateTraffic"] = (percent) => {
    this.candidatePercent = percent;
  };

  /** Goes on in another process: what was to become of it comes to pass by the new clock. */
  moveTo(clock: Clock): void {
    this.clock = clock;
    this.#listeners.clear();
    for (const taskSet of this.taskSets) if (!taskSet.isSteady) this.#becomeSteady(taskSet);
  }

  productionPercent(group: string): number {
    const weights = this.forwardOf(listenerArn("prod"));
    const total = weights.reduce((sum, { weight }) => sum + weight, 0);
    return (100 * (weights.find((weight) => weight.targetGroupArn === targetGroupArn(group))?.weight ?? 0)) / total;
  }

  #becomeSteady(taskSet: TaskSet): void {
    if (this.steadyAfterMs === Infinity) return;
    after(this.clock, this.steadyAfterMs, () => {
      if (taskSet.status === "DRAINING") return;
      Object.assign(taskSet, { isSteady: true, pendingCount: 0, runningCount: 2 });
      for (const listener of this.#listeners) listener(serviceArn);
    });
  }

  #find(taskSetArn: string): TaskSet {
    const found = this.taskSets.find((taskSet) => taskSet.taskSetArn === taskSetArn);
    if (found === undefined) throw new AwsError("TaskSetNotFoundException", "The specified task set wasn't found.");
    return found;
  }
}
