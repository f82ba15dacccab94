import { DeleteTaskSet$, type DeleteTaskSetCommandInput, type DeleteTaskSetCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onTaskSet } from "../access.ts";
import { serviceOf } from "../services.ts";
import { showTaskSet } from "../show.ts";
import { deleteTaskSet, taskSetOf } from "../task-sets.ts";

export const deleteTaskSetOperation = operation<DeleteTaskSetCommandInput, Omit<DeleteTaskSetCommandOutput, "$metadata">>({
  schema: DeleteTaskSet$,
  access: ({ cluster, service, taskSet }, parts) => [onTaskSet(parts, "DeleteTaskSet", { cluster, service, taskSet })],
  run({ cluster, service, taskSet }, { parts }) {
    serviceOf(parts, cluster, service ?? "");
    const found = taskSetOf(parts, taskSet ?? "");
    deleteTaskSet(parts, found.arn);
    return { taskSet: showTaskSet(parts, found) };
  },
});
