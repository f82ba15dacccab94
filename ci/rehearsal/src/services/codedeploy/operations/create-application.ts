import { CreateApplication$, type CreateApplicationInput, type CreateApplicationOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { createApplication as create } from "../create.ts";

export const createApplication = operation<CreateApplicationInput, CreateApplicationOutput>({
  schema: CreateApplication$,
  access: ({ applicationName }, parts) => [onApplication(parts, "CreateApplication", applicationName)],
  run: (input, { parts }) => ({ applicationId: create(parts, input).id }),
});
