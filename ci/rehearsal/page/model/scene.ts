import { currentDeployment, isActive, outcomeOf } from "./outcome.ts";
import type { Alarm, Deployment, Group, Listener, Model, Target, Task, TaskSet } from "./model.ts";

export type SideName = "current" | "candidate";

/** One task set, with all that is shown of it. */
export interface Side {
  readonly name: SideName;
  readonly taskSet: TaskSet;
  readonly targetGroup: string | undefined;
  /** Of the production listener, and of the test listener, where there is one. */
  readonly trafficPercent: number;
  readonly testPercent: number | undefined;
  readonly tasks: readonly { readonly task: Task; readonly target: Target | undefined }[];
  readonly running: number;
  readonly healthyTargets: number;
}

/** What there is to look at: one service, its two sides, and the deployment that is under way or was the last. */
export interface Scene {
  readonly service: string | undefined;
  readonly group: Group | undefined;
  readonly current: Side | undefined;
  readonly candidate: Side | undefined;
  readonly production: Listener | undefined;
  readonly test: Listener | undefined;
  readonly deployment: Deployment | undefined;
  readonly rollback: Deployment | undefined;
  /** The one that stop and continue are about. */
  readonly active: Deployment | undefined;
  readonly alarms: readonly Alarm[];
  readonly outcome: ReturnType<typeof outcomeOf>;
}

/** Services that can be looked at, by ARN, in the order in which they appeared. */
export const servicesOf = (model: Model): readonly string[] => [...new Set(model.taskSets.map(({ service }) => service))];

/** `wanted`, or the service of the newest deployment, or the first. */
export function sceneOf(model: Model, wanted?: string): Scene {
  const services = servicesOf(model);
  const service = wanted !== undefined && services.includes(wanted) ? wanted : (serviceOfLatest(model) ?? services[0]);
  const group = model.groups.find((candidate) => service?.endsWith(`/${candidate.cluster}/${candidate.service}`));
  const deployment = currentDeployment(model, group);
  const rollback = model.deployments.find(({ id }) => id === deployment?.rollback);
  const taskSets = model.taskSets.filter((taskSet) => taskSet.service === service);
  const present = taskSets.filter(({ status }) => status !== "DRAINING");
  const newest = present.length > 1 ? present.at(-1) : undefined;
  // One that drains is shown while there is no other in its place.
  const leaving = taskSets.find(({ arn, status }) => status === "DRAINING" && arn === deployment?.green);
  const candidate = newest ?? leaving;
  const current = present.find((taskSet) => taskSet !== newest) ?? taskSets.find((taskSet) => taskSet !== candidate);
  const production = model.listeners.find(({ arn }) => arn === group?.productionListener) ?? listenerOf(model, current);
  const test = model.listeners.find(({ arn }) => arn === group?.testListener);
  const side = (name: SideName, taskSet: TaskSet | undefined): Side | undefined => (taskSet === undefined ? undefined : sideOf(model, name, taskSet, production, test));
  return {
    service,
    group,
    current: side("current", current),
    candidate: side("candidate", candidate),
    production,
    test,
    deployment,
    rollback,
    active: [rollback, deployment].find((one) => one !== undefined && isActive(one)),
    alarms: watched(model, group),
    outcome: outcomeOf(deployment, rollback),
  };
}

const serviceOfLatest = ({ deployments, groups, taskSets }: Model): string | undefined => {
  const latest = deployments.at(-1);
  const group = groups.find(({ application, name }) => application === latest?.application && name === latest.group);
  return taskSets.find(({ service }) => group !== undefined && service.endsWith(`/${group.cluster}/${group.service}`))?.service;
};

const listenerOf = ({ listeners }: Model, taskSet: TaskSet | undefined): Listener | undefined => listeners.filter(({ rules, weights }) => [{ weights }, ...rules].some((route) => taskSet?.targetGroups.some((name) => name in route.weights))).toSorted((one, other) => one.port - other.port)[0];

/** Those that the group watches come first, and of the rest those that fire. */
const watched = ({ alarms }: Model, group: Group | undefined): readonly Alarm[] => alarms.toSorted((one, other) => rank(one, group) - rank(other, group) || one.name.localeCompare(other.name));
const rank = ({ name, state }: Alarm, group: Group | undefined): number => (state === "ALARM" ? 0 : 2) + (group?.alarms.includes(name) === true ? 0 : 1);

function sideOf(model: Model, name: SideName, taskSet: TaskSet, production: Listener | undefined, test: Listener | undefined): Side {
  const [targetGroup] = taskSet.targetGroups;
  const targets = model.targets.filter(({ group }) => group === targetGroup);
  const tasks = model.tasks.filter((task) => task.taskSet === taskSet.arn).map((task) => ({ task, target: targets.find(({ address }) => address.startsWith(`${task.address}:`)) }));
  return {
    name,
    taskSet,
    targetGroup,
    trafficPercent: shareOf(production, targetGroup) ?? 0,
    testPercent: shareOf(test, targetGroup),
    tasks,
    running: tasks.filter(({ task }) => isRunning(task)).length,
    healthyTargets: tasks.filter(({ target, task }) => target?.state === "healthy" && task.stoppedMs === undefined).length,
  };
}

/** 0–100; undefined where there is no listener. */
export function shareOf(listener: Listener | undefined, targetGroup: string | undefined): number | undefined {
  if (listener === undefined || targetGroup === undefined) return undefined;
  // As CodeDeploy shifts: a rule that leads there, or else the listener itself.
  const { weights } = listener.rules.find((rule) => targetGroup in rule.weights) ?? listener;
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? 0 : (100 * (weights[targetGroup] ?? 0)) / total;
}

export const isRunning = (task: Task): boolean => task.stopping === undefined && task.containers.every(({ status }) => status !== "PENDING") && task.containers.some(({ status }) => status === "RUNNING");

export function stateOf(task: Task): string {
  if (task.stoppedMs !== undefined) return "stopped";
  if (task.stopping !== undefined) return "stopping";
  return isRunning(task) ? "running" : "starting";
}
