import * as client from "@aws-sdk/client-ecs";
import type { Service } from "../service.ts";
import { createClusterOperation } from "./operations/create-cluster.ts";
import { createServiceOperation } from "./operations/create-service.ts";
import { createTaskSetOperation } from "./operations/create-task-set.ts";
import { deleteTaskSetOperation } from "./operations/delete-task-set.ts";
import { deregisterTaskDefinition } from "./operations/deregister-task-definition.ts";
import { describeClusters } from "./operations/describe-clusters.ts";
import { describeServices } from "./operations/describe-services.ts";
import { describeTaskDefinition } from "./operations/describe-task-definition.ts";
import { describeTaskSets } from "./operations/describe-task-sets.ts";
import { describeTasks } from "./operations/describe-tasks.ts";
import { listClusters } from "./operations/list-clusters.ts";
import { listServices } from "./operations/list-services.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { listTaskDefinitions } from "./operations/list-task-definitions.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { registerTaskDefinitionOperation } from "./operations/register-task-definition.ts";
import { stopTask } from "./operations/stop-task.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateServicePrimaryTaskSet } from "./operations/update-service-primary-task-set.ts";
import { updateService } from "./operations/update-service.ts";
import { updateTaskSet } from "./operations/update-task-set.ts";

export const ecs: Service = {
  name: "ecs",
  client,
  operations: [
    createClusterOperation,
    createServiceOperation,
    createTaskSetOperation,
    deleteTaskSetOperation,
    deregisterTaskDefinition,
    describeClusters,
    describeServices,
    describeTaskDefinition,
    describeTaskSets,
    describeTasks,
    listClusters,
    listServices,
    listTagsForResource,
    listTaskDefinitions,
    listTasks,
    registerTaskDefinitionOperation,
    stopTask,
    tagResource,
    untagResource,
    updateServicePrimaryTaskSet,
    updateService,
    updateTaskSet,
  ],
};
