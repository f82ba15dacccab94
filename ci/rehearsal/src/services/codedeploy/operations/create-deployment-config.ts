import { CreateDeploymentConfig$, type CreateDeploymentConfigInput, type CreateDeploymentConfigOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onConfig } from "../access.ts";
import { createDeploymentConfig as create } from "../create.ts";

export const createDeploymentConfig = operation<CreateDeploymentConfigInput, CreateDeploymentConfigOutput>({
  schema: CreateDeploymentConfig$,
  access: ({ deploymentConfigName }, parts) => [onConfig(parts, "CreateDeploymentConfig", deploymentConfigName)],
  run: (input, { parts }) => ({ deploymentConfigId: create(parts, input).id }),
});
