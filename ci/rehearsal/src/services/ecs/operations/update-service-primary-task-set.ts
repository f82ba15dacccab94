import { UpdateServicePrimaryTaskSet$, type UpdateServicePrimaryTaskSetCommandInput, type UpdateServicePrimaryTaskSetCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onService } from "../access.ts";
import { serviceOf } from "../services.ts";
import { showTaskSet } from "../show.ts";
import { setPrimaryTaskSet, taskSetOf } from "../task-sets.ts";

export const updateServicePrimaryTaskSet = operation<UpdateServicePrimaryTaskSetCommandInput, Omit<UpdateServicePrimaryTaskSetCommandOutput, "$metadata">>({
  schema: UpdateServicePrimaryTaskSet$,
  access: ({ cluster, service }, parts) => [onService(parts, "UpdateServicePrimaryTaskSet", cluster, service)],
  run({ cluster, service, primaryTaskSet }, { parts }) {
    const { arn } = serviceOf(parts, cluster, service ?? "");
    const found = taskSetOf(parts, primaryTaskSet ?? "");
    setPrimaryTaskSet(parts, arn, found.arn);
    return { taskSet: showTaskSet(parts, found) };
  },
});
