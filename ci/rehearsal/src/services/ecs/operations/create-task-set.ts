import { CreateTaskSet$, type CreateTaskSetCommandInput, type CreateTaskSetCommandOutput } from "@aws-sdk/client-ecs";
import { requestTagKeys } from "../../../iam/tag-keys.ts";
import { operation } from "../../service.ts";
import { onTaskSet, passRolesOf, tagging, taskDefinitionKey } from "../access.ts";
import { tagsOf } from "../create.ts";
import { balancersOf } from "../create-service.ts";
import { serviceOf } from "../services.ts";
import { showTaskSet } from "../show.ts";
import { createTaskSet } from "../task-sets.ts";

export const createTaskSetOperation = operation<CreateTaskSetCommandInput, Omit<CreateTaskSetCommandOutput, "$metadata">>({
  schema: CreateTaskSet$,
  access({ cluster, service, tags, taskDefinition }, parts) {
    const access = onTaskSet(parts, "CreateTaskSet", { cluster, service }, { ...requestTagKeys(tagsOf(tags)), ...taskDefinitionKey(parts, taskDefinition) });
    return [access, ...tagging("CreateTaskSet", access.resource, tags), ...passRolesOf(parts, taskDefinition)];
  },
  run(input, { parts }) {
    const service = serviceOf(parts, input.cluster, input.service ?? "");
    const { externalId, loadBalancers = [], networkConfiguration, platformVersion, scale, tags, taskDefinition = "" } = input;
    const made = createTaskSet(parts, { clusterArn: service.clusterArn, serviceArn: service.arn, taskDefinitionArn: taskDefinition, externalId, loadBalancers: balancersOf(parts, loadBalancers), networkConfiguration, platformVersion, scalePercent: scale?.value ?? 100, tags: tagsOf(tags) });
    return { taskSet: showTaskSet(parts, made) };
  },
});
