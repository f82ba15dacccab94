import type { Parts } from "../../parts.ts";
import { findService } from "../ecs/services.ts";
import { findTaskDefinition } from "../ecs/task-definitions.ts";
import { createTaskSet, deleteTaskSet, onTaskSet, setPrimaryTaskSet, setTaskSetScale, taskSetsOf } from "../ecs/task-sets.ts";
import type { Collaborators, ServiceView, TaskDefinitionView, TaskSetView, WantedTaskSet } from "./collaborators.ts";

export type EcsSide = Pick<Collaborators, "findService" | "findTaskDefinition" | "createTaskSet" | "setTaskSetScale" | "setPrimaryTaskSet" | "deleteTaskSet" | "taskSetsOf" | "onTaskSet">;

/** The rehearsal's ECS, as CodeDeploy sees it. */
export const ecsSide = (parts: Parts): EcsSide => ({
  findService: (cluster, name) => viewService(findService(parts, cluster, name)),
  findTaskDefinition: (arn) => viewTaskDefinition(findTaskDefinition(parts, arn)),
  createTaskSet: (wanted) => ({ taskSetArn: create(parts, wanted) }),
  setTaskSetScale: (taskSetArn, percent) => {
    setTaskSetScale(parts, taskSetArn, percent);
  },
  setPrimaryTaskSet: (serviceArn, taskSetArn) => {
    setPrimaryTaskSet(parts, serviceArn, taskSetArn);
  },
  deleteTaskSet: (taskSetArn) => {
    deleteTaskSet(parts, taskSetArn);
  },
  taskSetsOf: (serviceArn) => taskSetsOf(parts, serviceArn).map(viewTaskSet),
  onTaskSet: (listener) => onTaskSet(parts, listener),
});

function create(parts: Parts, { clusterArn, containerName, containerPort, externalId, network, platformVersion, serviceArn, targetGroupArn, taskDefinitionArn }: WantedTaskSet): string {
  return createTaskSet(parts, {
    clusterArn,
    serviceArn,
    taskDefinitionArn,
    externalId,
    startedBy: "CODE_DEPLOY",
    loadBalancers: [{ targetGroupArn, containerName, containerPort }],
    networkConfiguration: network === undefined ? undefined : { awsvpcConfiguration: network },
    platformVersion,
    scalePercent: 100,
  }).arn;
}

const viewService = (found: ReturnType<typeof findService>): ServiceView | undefined =>
  found === undefined ? undefined : { clusterArn: found.clusterArn, serviceArn: found.arn, deploymentController: found.deploymentController };

const viewTaskDefinition = (found: ReturnType<typeof findTaskDefinition>): TaskDefinitionView | undefined =>
  found === undefined
    ? undefined
    : {
        taskDefinitionArn: found.arn,
        containers: found.containers.map(({ name = "", portMappings = [] }) => ({ name, ports: portMappings.flatMap(({ containerPort }) => containerPort ?? []) })),
        roleArns: [found.taskRoleArn, found.executionRoleArn].filter((arn) => arn !== undefined),
      };

const viewTaskSet = ({ arn, computedDesiredCount, externalId, id, loadBalancers, pendingCount, runningCount, stabilityStatus, status }: ReturnType<typeof taskSetsOf>[number]): TaskSetView => ({
  taskSetArn: arn,
  id,
  status,
  externalId,
  isSteady: stabilityStatus === "STEADY_STATE",
  desiredCount: computedDesiredCount,
  pendingCount,
  runningCount,
  targetGroupArns: loadBalancers.map(({ targetGroupArn }) => targetGroupArn),
});
