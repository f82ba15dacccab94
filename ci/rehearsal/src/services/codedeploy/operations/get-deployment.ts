import { GetDeployment$, type GetDeploymentInput, type GetDeploymentOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onDeployment } from "../access.ts";
import { findDeployment } from "../find.ts";
import { showDeployment } from "../show.ts";

export const getDeployment = operation<GetDeploymentInput, GetDeploymentOutput>({
  schema: GetDeployment$,
  access: ({ deploymentId }, parts) => onDeployment(parts, "GetDeployment", deploymentId),
  run: ({ deploymentId }, { parts }) => ({ deploymentInfo: showDeployment(findDeployment(parts, deploymentId)) }),
});
