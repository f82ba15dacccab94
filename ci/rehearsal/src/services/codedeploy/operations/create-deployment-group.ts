import { CreateDeploymentGroup$, type CreateDeploymentGroupInput, type CreateDeploymentGroupOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onGroup } from "../access.ts";
import { createDeploymentGroup as create } from "../create.ts";

export const createDeploymentGroup = operation<CreateDeploymentGroupInput, CreateDeploymentGroupOutput>({
  schema: CreateDeploymentGroup$,
  access: ({ applicationName, deploymentGroupName, serviceRoleArn }, parts) => [
    onGroup(parts, "CreateDeploymentGroup", applicationName, deploymentGroupName),
    ...(serviceRoleArn === undefined ? [] : [{ action: "iam:PassRole", resource: serviceRoleArn, context: { "iam:PassedToService": "codedeploy.amazonaws.com" } }]),
  ],
  run: (input, { parts }) => ({ deploymentGroupId: create(parts, input).id }),
});
