import { RegisterTaskDefinition$, type RegisterTaskDefinitionCommandInput, type RegisterTaskDefinitionCommandOutput } from "@aws-sdk/client-ecs";
import { passRole } from "../../../iam/roles.ts";
import { operation } from "../../service.ts";
import { registerTaskDefinition, showTags } from "../create.ts";
import { showTaskDefinition } from "../show.ts";

export const registerTaskDefinitionOperation = operation<RegisterTaskDefinitionCommandInput, Omit<RegisterTaskDefinitionCommandOutput, "$metadata">>({
  schema: RegisterTaskDefinition$,
  access: ({ executionRoleArn, taskRoleArn }) => [{ action: "ecs:RegisterTaskDefinition", resource: "*" }, ...[taskRoleArn, executionRoleArn].flatMap((arn) => (arn === undefined ? [] : [passRole(arn, "ecs-tasks.amazonaws.com")]))],
  run(input, { parts, caller }) {
    const record = registerTaskDefinition(parts, input, caller.arn);
    return { taskDefinition: showTaskDefinition(record), tags: showTags(record.tags) };
  },
});
