import * as client from "@aws-sdk/client-ecs";
import type { Service } from "../service.ts";
import { createClusterOperation } from "./operations/create-cluster.ts";
import { createServiceOperation } from "./operations/create-service.ts";
import { createTaskSetOperation } from "./operations/create-task-set.ts";
import { deleteCluster } from "./operations/delete-cluster.ts";
import { deleteServiceOperation } from "./operations/delete-service.ts";
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
import { listTaskDefinitionFamilies } from "./operations/list-task-definition-families.ts";
import { listTaskDefinitions } from "./operations/list-task-definitions.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { putClusterCapacityProviders } from "./operations/put-cluster-capacity-providers.ts";
import { registerTaskDefinitionOperation } from "./operations/register-task-definition.ts";
import { runTaskOperation } from "./operations/run-task.ts";
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
    deleteCluster,
    deleteServiceOperation,
    deleteTaskSetOperation,
    deregisterTaskDefinition,
    describeClusters,
    describeServices,
    describeTaskDefinition,
    describeTasks,
    describeTaskSets,
    listClusters,
    listServices,
    listTagsForResource,
    listTaskDefinitionFamilies,
    listTaskDefinitions,
    listTasks,
    putClusterCapacityProviders,
    registerTaskDefinitionOperation,
    runTaskOperation,
    stopTask,
    tagResource,
    untagResource,
    updateService,
    updateServicePrimaryTaskSet,
    updateTaskSet,
  ],
};
