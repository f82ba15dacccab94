import { GetDeploymentConfig$, type GetDeploymentConfigInput, type GetDeploymentConfigOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onConfig } from "../access.ts";
import { findConfig } from "../find.ts";
import { showConfig } from "../show.ts";

export const getDeploymentConfig = operation<GetDeploymentConfigInput, GetDeploymentConfigOutput>({
  schema: GetDeploymentConfig$,
  access: ({ deploymentConfigName }, parts) => [onConfig(parts, "GetDeploymentConfig", deploymentConfigName)],
  run: ({ deploymentConfigName }, { parts }) => ({ deploymentConfigInfo: showConfig(findConfig(parts, deploymentConfigName)) }),
});
