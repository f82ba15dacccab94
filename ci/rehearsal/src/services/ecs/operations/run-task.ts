import { RunTask$, type RunTaskCommandInput, type RunTaskCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { passRolesOf, tagging, taskDefinitionArnFor } from "../access.ts";
import { requestTagKeys } from "../../../iam/tag-keys.ts";
import { tagsOf } from "../create.ts";
import { runTask } from "../run-task.ts";
import { clusterArnFor, clusterName } from "../services.ts";
import { showTask } from "../show.ts";

export const runTaskOperation = operation<RunTaskCommandInput, Omit<RunTaskCommandOutput, "$metadata">>({
  schema: RunTask$,
  access: ({ cluster, enableExecuteCommand = false, overrides, tags, taskDefinition }, parts) => [
    { action: "ecs:RunTask", resource: taskDefinitionArnFor(parts, taskDefinition), context: { ...requestTagKeys(tagsOf(tags)), "ecs:cluster": clusterArnFor(parts, cluster), "ecs:enable-execute-command": String(enableExecuteCommand) } },
    ...tagging("RunTask", parts.world.arn("ecs", `task/${clusterName(cluster)}/*`), tags),
    ...passRolesOf(parts, taskDefinition, overrides),
  ],
  run(input, { parts }) {
    const { tasks, failures } = runTask(parts, input);
    return { tasks: tasks.map((task) => showTask(parts, task)), failures: [...failures] };
  },
});
