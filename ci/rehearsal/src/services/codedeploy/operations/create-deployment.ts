import { CreateDeployment$, type CreateDeploymentInput, type CreateDeploymentOutput } from "@aws-sdk/client-codedeploy";
import type { Parts } from "../../../parts.ts";
import { operation } from "../../service.ts";
import { onApplication, onConfig, onGroup } from "../access.ts";
import { beginDeployment } from "../begin.ts";
import { deployments } from "../deployments.ts";
import { stateOf } from "../find.ts";
import { allAtOnce } from "../predefined-configs.ts";

/** The configuration's and the revision's permissions count too, although no client makes those calls. */
export const createDeployment = operation<CreateDeploymentInput, CreateDeploymentOutput>({
  schema: CreateDeployment$,
  access: (input, parts) => [
    onGroup(parts, "CreateDeployment", input.applicationName, input.deploymentGroupName),
    onConfig(parts, "GetDeploymentConfig", configNameOf(input, parts)),
    onApplication(parts, "RegisterApplicationRevision", input.applicationName),
    ...(input.overrideAlarmConfiguration === undefined ? [] : [onGroup(parts, "UpdateDeploymentGroup", input.applicationName, input.deploymentGroupName)]),
  ],
  run(input, { parts }) {
    const driver = parts.get(deployments);
    const deployment = beginDeployment(parts, input);
    driver.wake(deployment);
    return { deploymentId: deployment.id };
  },
});

const configNameOf = ({ applicationName, deploymentConfigName, deploymentGroupName }: CreateDeploymentInput, parts: Parts): string =>
  deploymentConfigName ?? stateOf(parts).groups.find((group) => group.applicationName === applicationName && group.name === deploymentGroupName)?.configName ?? allAtOnce;
