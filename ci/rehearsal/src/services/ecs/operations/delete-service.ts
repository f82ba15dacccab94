import { DeleteService$, type DeleteServiceCommandInput, type DeleteServiceCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onService } from "../access.ts";
import { deleteService } from "../delete-service.ts";
import { serviceOf } from "../services.ts";
import { showService } from "../show.ts";

export const deleteServiceOperation = operation<DeleteServiceCommandInput, Omit<DeleteServiceCommandOutput, "$metadata">>({
  schema: DeleteService$,
  access: ({ cluster, service }, parts) => [onService(parts, "DeleteService", cluster, service)],
  run({ cluster, service, force = false }, { parts }) {
    const found = serviceOf(parts, cluster, service ?? "");
    deleteService(parts, found, force);
    return { service: showService(parts, found) };
  },
});
