import { CreateService$, type CreateServiceCommandInput, type CreateServiceCommandOutput } from "@aws-sdk/client-ecs";
import { requestTagKeys } from "../../../iam/tag-keys.ts";
import { operation } from "../../service.ts";
import { onService, tagging, taskDefinitionKey } from "../access.ts";
import { createService, tagsOf } from "../create.ts";
import { serviceArnFor } from "../services.ts";
import { showService } from "../show.ts";

export const createServiceOperation = operation<CreateServiceCommandInput, Omit<CreateServiceCommandOutput, "$metadata">>({
  schema: CreateService$,
  access({ cluster, enableECSManagedTags = false, enableExecuteCommand = false, networkConfiguration, propagateTags = "NONE", serviceName, tags, taskDefinition }, parts) {
    const { subnets = [], assignPublicIp = "DISABLED" } = networkConfiguration?.awsvpcConfiguration ?? {};
    const settings = { "ecs:enable-execute-command": String(enableExecuteCommand), "ecs:enable-ecs-managed-tags": String(enableECSManagedTags), "ecs:propagate-tags": propagateTags, "ecs:auto-assign-public-ip": String(assignPublicIp === "ENABLED"), "ecs:subnet": subnets };
    return [onService(parts, "CreateService", cluster, serviceName, { ...requestTagKeys(tagsOf(tags)), ...settings, ...taskDefinitionKey(parts, taskDefinition) }), ...tagging("CreateService", serviceArnFor(parts, cluster, serviceName), tags)];
  },
  run: (input, { parts }) => ({ service: showService(parts, createService(parts, input), { withTags: true }) }),
});
