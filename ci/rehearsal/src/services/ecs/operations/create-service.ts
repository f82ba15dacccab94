import { CreateService$, type CreateServiceCommandInput, type CreateServiceCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onService } from "../access.ts";
import { createService } from "../create.ts";
import { showService } from "../show.ts";

export const createServiceOperation = operation<CreateServiceCommandInput, Omit<CreateServiceCommandOutput, "$metadata">>({
  schema: CreateService$,
  access: ({ cluster, serviceName }, parts) => [onService(parts, "CreateService", cluster, serviceName)],
  run: (input, { parts }) => ({ service: showService(parts, createService(parts, input), { withTags: true }) }),
});
