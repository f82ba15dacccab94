import { RegisterTaskDefinition$, type RegisterTaskDefinitionCommandInput, type RegisterTaskDefinitionCommandOutput } from "@aws-sdk/client-ecs";
import { requestTagKeys } from "../../../iam/tag-keys.ts";
import { operation } from "../../service.ts";
import { passRoles, tagging } from "../access.ts";
import { registerTaskDefinition, showTags, tagsOf } from "../create.ts";
import { showTaskDefinition } from "../show.ts";

export const registerTaskDefinitionOperation = operation<RegisterTaskDefinitionCommandInput, Omit<RegisterTaskDefinitionCommandOutput, "$metadata">>({
  schema: RegisterTaskDefinition$,
  access({ executionRoleArn, family = "", requiresCompatibilities = [], tags, taskRoleArn }, parts) {
    const resource = parts.world.arn("ecs", `task-definition/${family}:*`);
    const context = { ...requestTagKeys(tagsOf(tags)), "ecs:compute-compatibility": requiresCompatibilities };
    return [{ action: "ecs:RegisterTaskDefinition", resource, context }, ...tagging("RegisterTaskDefinition", resource, tags), ...passRoles([taskRoleArn, executionRoleArn])];
  },
  run(input, { parts, caller }) {
    const record = registerTaskDefinition(parts, input, caller.arn);
    return { taskDefinition: showTaskDefinition(record), tags: showTags(record.tags) };
  },
});
