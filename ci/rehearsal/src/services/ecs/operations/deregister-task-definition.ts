import { DeregisterTaskDefinition$, type DeregisterTaskDefinitionCommandInput, type DeregisterTaskDefinitionCommandOutput } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { showTaskDefinition } from "../show.ts";
import { findTaskDefinition } from "../task-definitions.ts";

/** Tasks and task sets that have it go on. */
export const deregisterTaskDefinition = operation<DeregisterTaskDefinitionCommandInput, Omit<DeregisterTaskDefinitionCommandOutput, "$metadata">>({
  schema: DeregisterTaskDefinition$,
  access: () => [{ action: "ecs:DeregisterTaskDefinition", resource: "*" }],
  run({ taskDefinition = "" }, { parts }) {
    const found = taskDefinition.split("/").at(-1)?.includes(":") === true ? findTaskDefinition(parts, taskDefinition) : undefined;
    if (found === undefined) throw new AwsError("ClientException", "The specified task definition does not exist.");
    if (found.status === "INACTIVE") throw new AwsError("ClientException", "The specified task definition is inactive.");
    Object.assign(found, { status: "INACTIVE", deregisteredMs: parts.clock.now() });
    return { taskDefinition: showTaskDefinition(found) };
  },
});
