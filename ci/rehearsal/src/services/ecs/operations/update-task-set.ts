import { UpdateTaskSet$, type UpdateTaskSetCommandInput, type UpdateTaskSetCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onTaskSet } from "../access.ts";
import { serviceOf } from "../services.ts";
import { showTaskSet } from "../show.ts";
import { setTaskSetScale, taskSetOf } from "../task-sets.ts";

export const updateTaskSet = operation<UpdateTaskSetCommandInput, Omit<UpdateTaskSetCommandOutput, "$metadata">>({
  schema: UpdateTaskSet$,
  access: ({ cluster, service, taskSet }, parts) => [onTaskSet(parts, "UpdateTaskSet", { cluster, service, taskSet })],
  run({ cluster, service, taskSet, scale }, { parts }) {
    serviceOf(parts, cluster, service ?? "");
    const found = taskSetOf(parts, taskSet ?? "");
    setTaskSetScale(parts, found.arn, scale?.value ?? 100);
    return { taskSet: showTaskSet(parts, found) };
  },
});
