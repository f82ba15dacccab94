import { DescribeTaskDefinition$, type DescribeTaskDefinitionCommandInput, type DescribeTaskDefinitionCommandOutput } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { showTags } from "../create.ts";
import { showTaskDefinition } from "../show.ts";
import { findTaskDefinition } from "../task-definitions.ts";

export const describeTaskDefinition = operation<DescribeTaskDefinitionCommandInput, Omit<DescribeTaskDefinitionCommandOutput, "$metadata">>({
  schema: DescribeTaskDefinition$,
  access: () => [{ action: "ecs:DescribeTaskDefinition", resource: "*" }],
  run({ taskDefinition = "", include = [] }, { parts }) {
    const found = findTaskDefinition(parts, taskDefinition);
    if (found === undefined) throw new AwsError("ClientException", "Unable to describe task definition.");
    return { taskDefinition: showTaskDefinition(found), ...(include.includes("TAGS") && { tags: showTags(found.tags) }) };
  },
});
