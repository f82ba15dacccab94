import { lastPart, listOf, numberOf, rowsOf, textIn, textOf, timeOf, type Detail, type Entry } from "./detail.ts";
import { changeOne, putOne, type Deployment, type Group, type LifecycleEvent, type Model } from "./model.ts";
import type { Step } from "./reduce.ts";

const changeDeployment = (model: Model, id: string, change: (deployment: Deployment) => Deployment): Model => ({ ...model, deployments: changeOne(model.deployments, (deployment) => deployment.id === id, change) });

const pendingEvents = (detail: Detail): readonly LifecycleEvent[] => listOf(detail, "events").map((name) => ({ name, status: "Pending" }));

const begun = (entry: Entry): Deployment => {
  const { detail } = entry;
  return {
    id: textOf(detail, "deployment"),
    application: textOf(detail, "application"),
    group: textOf(detail, "group"),
    config: textOf(detail, "config").replace(/^CodeDeployDefault\./, ""),
    status: textOf(detail, "status"),
    createdMs: timeOf(entry),
    events: pendingEvents(detail),
    schedule: rowsOf(detail, "schedule").map((row) => ({ atMs: numberOf(row, "atMs"), percent: numberOf(row, "percent") })),
    shifts: [],
  };
};

function markEvent(events: readonly LifecycleEvent[], entry: Entry): readonly LifecycleEvent[] {
  const { detail } = entry;
  const name = textOf(detail, "event");
  const status = textOf(detail, "status");
  const before = events.find((event) => event.name === name) ?? { name, status: "Pending" };
  const diagnostics = textIn(detail, "diagnostics");
  const time = status === "InProgress" ? { startMs: timeOf(entry) } : status === "Skipped" ? {} : { endMs: timeOf(entry) };
  return putOne(events, (event) => event.name === name, { ...before, ...time, status, ...(diagnostics !== undefined && { diagnostics }) });
}

/** Nothing of a wait is left once it goes on. */
function withoutWait(deployment: Deployment): Deployment {
  const { wait, ...rest } = deployment;
  return wait === undefined ? deployment : rest;
}

/** The task set that is primary when the candidate is made is blue. */
function withSides(model: Model, deployment: Deployment, green: string): Deployment {
  const service = model.taskSets.find(({ arn }) => arn === green)?.service;
  const blue = model.taskSets.find((taskSet) => taskSet.service === service && taskSet.status === "PRIMARY")?.arn;
  return { ...deployment, green, ...(blue !== undefined && { blue }) };
}

/** CodeDeploy's groups and deployments. */
export const deploymentSteps: Readonly<Record<string, Step>> = {
  "codedeploy deployment-group": (model, { detail }) => {
    const testListener = textIn(detail, "testListener");
    const group: Group = {
      application: textOf(detail, "application"),
      name: textOf(detail, "group"),
      cluster: lastPart(textOf(detail, "cluster")),
      service: lastPart(textOf(detail, "service")),
      productionListener: textOf(detail, "productionListener"),
      ...(testListener !== undefined && { testListener }),
      alarms: listOf(detail, "alarms"),
    };
    return { ...model, groups: putOne(model.groups, ({ application, name }) => application === group.application && name === group.name, group) };
  },
  "codedeploy deployment": (model, entry) => {
    const { detail } = entry;
    const id = textOf(detail, "deployment");
    if (!model.deployments.some((deployment) => deployment.id === id)) return { ...model, deployments: [...model.deployments, begun(entry)] };
    const code = textIn(detail, "code");
    return changeDeployment(model, id, (deployment) => ({ ...withoutWait(deployment), status: textOf(detail, "status"), endedMs: timeOf(entry), ...(code !== undefined && { error: { code, message: textOf(detail, "message") } }) }));
  },
  "codedeploy lifecycle-event": (model, entry) =>
    changeDeployment(model, textOf(entry.detail, "deployment"), (deployment) => ({ ...withoutWait(deployment), status: deployment.status === "Created" || deployment.status === "Ready" ? "InProgress" : deployment.status, events: markEvent(deployment.events, entry) })),
  "codedeploy task-set-created": (model, { detail }) => changeDeployment(model, textOf(detail, "deployment"), (deployment) => withSides(model, deployment, textOf(detail, "taskSet"))),
  "codedeploy traffic-shifted": (model, entry) => changeDeployment(model, textOf(entry.detail, "deployment"), (deployment) => ({ ...deployment, shifts: [...deployment.shifts, { atMs: timeOf(entry), percent: numberOf(entry.detail, "candidatePercent") }] })),
  "codedeploy waiting": (model, entry) =>
    changeDeployment(model, textOf(entry.detail, "deployment"), (deployment) => {
      const stage = textOf(entry.detail, "stage") === "ReadyWait" ? "ReadyWait" : "TerminationWait";
      return { ...deployment, status: stage === "ReadyWait" ? "Ready" : deployment.status, wait: { stage, sinceMs: timeOf(entry), untilMs: Date.parse(textOf(entry.detail, "until")) } };
    }),
  "codedeploy rollback": (model, entry) => {
    const failedId = textOf(entry.detail, "deployment");
    const failed = model.deployments.find(({ id }) => id === failedId);
    const id = textOf(entry.detail, "rollback");
    if (failed === undefined) return model;
    const { application, group, blue, green } = failed;
    const rollback: Deployment = { id, application, group, config: "ECSAllAtOnce", status: "InProgress", createdMs: timeOf(entry), events: pendingEvents(entry.detail), schedule: [], shifts: [], rollbackOf: failedId, ...(blue !== undefined && { blue }), ...(green !== undefined && { green }) };
    const marked = changeDeployment(model, failedId, (deployment) => ({ ...deployment, rollback: id }));
    return { ...marked, deployments: [...marked.deployments, rollback] };
  },
};
