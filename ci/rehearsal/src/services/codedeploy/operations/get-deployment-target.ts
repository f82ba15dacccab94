import { GetDeploymentTarget$, type GetDeploymentTargetInput, type GetDeploymentTargetOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { findDeployment } from "../find.ts";
import { showTarget } from "../show-target.ts";

export const getDeploymentTarget = operation<GetDeploymentTargetInput, GetDeploymentTargetOutput>({
  schema: GetDeploymentTarget$,
  access: () => [onAll("GetDeploymentTarget")],
  run: ({ deploymentId, targetId }, { parts }) => ({ deploymentTarget: showTarget(parts, findDeployment(parts, deploymentId), targetId) }),
});
