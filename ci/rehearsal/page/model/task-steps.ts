import { definitionName, listOf, numberOf, targetGroupName, textIn, textOf, timeOf, type Entry } from "./detail.ts";
import { changeOne, putOne, type Container, type Model, type Task } from "./model.ts";
import type { Step } from "./reduce.ts";

/** Tasks that have ended and are still shown, of each task set: enough to see why they do. */
const mostStopped = 4;

const changeTask = (model: Model, arn: string, change: (task: Task) => Task): Model => ({ ...model, tasks: changeOne(model.tasks, (task) => task.arn === arn, change) });

const changeTarget = (model: Model, { detail }: Entry, state: string): Model => {
  const [group, address, description] = [textOf(detail, "targetGroup"), textOf(detail, "target"), textIn(detail, "description")];
  return { ...model, targets: putOne(model.targets, (target) => target.group === group && target.address === address, { group, address, state, ...(description !== undefined && { description }) }) };
};

function dropOldest(tasks: readonly Task[], taskSet: string): readonly Task[] {
  const ended = tasks.filter((task) => task.taskSet === taskSet && task.stoppedMs !== undefined);
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - mostStopped)));
  return dropped.size === 0 ? tasks : tasks.filter((task) => !dropped.has(task));
}

/** ECS's task sets and tasks, and the targets that the load balancer has of them. */
export const taskSteps: Readonly<Record<string, Step>> = {
  "ecs task-set-created": (model, { detail }) => {
    const arn = textOf(detail, "taskSet");
    const definition = definitionName(textOf(detail, "taskDefinition"));
    const taskSet = { arn, service: textOf(detail, "service"), definition, targetGroups: listOf(detail, "targetGroups").map(targetGroupName), desired: numberOf(detail, "desired"), status: textOf(detail, "status"), isSteady: false };
    return { ...model, taskSets: putOne(model.taskSets, (other) => other.arn === arn, taskSet), definitions: { ...model.definitions, [arn]: definition } };
  },
  "ecs task-set-stability": (model, { detail }) => ({
    ...model,
    taskSets: changeOne(model.taskSets, ({ arn }) => arn === textOf(detail, "taskSet"), (taskSet) => ({ ...taskSet, desired: numberOf(detail, "desired"), isSteady: textOf(detail, "stability") === "STEADY_STATE" })),
  }),
  "ecs primary-task-set": (model, { detail }) => {
    const primary = model.taskSets.find(({ arn }) => arn === textOf(detail, "taskSet"));
    if (primary === undefined) return model;
    return { ...model, taskSets: model.taskSets.map((taskSet) => (taskSet.service !== primary.service ? taskSet : { ...taskSet, status: taskSet === primary ? "PRIMARY" : taskSet.status === "PRIMARY" ? "ACTIVE" : taskSet.status })) };
  },
  "ecs task-set-draining": (model, { detail }) => ({ ...model, taskSets: changeOne(model.taskSets, ({ arn }) => arn === textOf(detail, "taskSet"), (taskSet) => ({ ...taskSet, status: "DRAINING", desired: 0 })) }),
  "ecs task-set-gone": (model, { detail }) => {
    const gone = textOf(detail, "taskSet");
    return { ...model, taskSets: model.taskSets.filter(({ arn }) => arn !== gone), tasks: model.tasks.filter(({ taskSet }) => taskSet !== gone) };
  },
  "ecs task-started": (model, entry) => {
    const { detail } = entry;
    const containers = listOf(detail, "containers").map((name): Container => ({ name, status: "PENDING", health: "UNKNOWN" }));
    const task: Task = { arn: textOf(detail, "task"), taskSet: textOf(detail, "taskSet"), address: textOf(detail, "address"), zone: textOf(detail, "zone"), containers, startedMs: timeOf(entry) };
    return { ...model, tasks: [...model.tasks, task] };
  },
  "ecs container": (model, { detail }) =>
    changeTask(model, textOf(detail, "task"), (task) => {
      const name = textOf(detail, "container");
      const reason = textIn(detail, "reason");
      const exitCode = detail["exitCode"];
      const container: Container = { name, status: textOf(detail, "status"), health: textOf(detail, "health"), ...(typeof exitCode === "number" && { exitCode }), ...(reason !== undefined && { reason }) };
      return { ...task, containers: putOne(task.containers, (other) => other.name === name, container) };
    }),
  "ecs task-stopping": (model, { detail }) => changeTask(model, textOf(detail, "task"), (task) => ({ ...task, stopping: { code: textOf(detail, "code"), reason: textOf(detail, "reason") } })),
  "ecs task-stopped": (model, entry) => {
    const { detail } = entry;
    const stopped = changeTask(model, textOf(detail, "task"), (task) => ({
      ...task,
      stopping: { code: textOf(detail, "code"), reason: textOf(detail, "reason") },
      stoppedMs: timeOf(entry),
      containers: task.containers.map((container) => ({ ...container, status: "STOPPED" })),
    }));
    const task = stopped.tasks.find(({ arn }) => arn === textOf(detail, "task"));
    return task === undefined ? stopped : { ...stopped, tasks: dropOldest(stopped.tasks, task.taskSet) };
  },
  "load-balancer target-registered": (model, entry) => changeTarget(model, entry, "initial"),
  "load-balancer target-health": (model, entry) => changeTarget(model, entry, textOf(entry.detail, "state")),
  "load-balancer target-draining": (model, entry) => changeTarget(model, entry, "draining"),
  "load-balancer target-deregistered": (model, { detail }) => ({ ...model, targets: model.targets.filter(({ group, address }) => group !== textOf(detail, "targetGroup") || address !== textOf(detail, "target")) }),
};
