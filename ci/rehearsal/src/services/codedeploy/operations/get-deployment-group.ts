import { GetDeploymentGroup$, type GetDeploymentGroupInput, type GetDeploymentGroupOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onGroup } from "../access.ts";
import { findGroup } from "../find.ts";
import { showGroup } from "../show.ts";

export const getDeploymentGroup = operation<GetDeploymentGroupInput, GetDeploymentGroupOutput>({
  schema: GetDeploymentGroup$,
  access: ({ applicationName, deploymentGroupName }, parts) => [onGroup(parts, "GetDeploymentGroup", applicationName, deploymentGroupName)],
  run: ({ applicationName, deploymentGroupName }, { parts }) => ({ deploymentGroupInfo: showGroup(parts, findGroup(parts, applicationName, deploymentGroupName)) }),
});
