import type { Parts } from "../../parts.ts";
import type { Access } from "../service.ts";
import { deploymentIfAny } from "./find.ts";

/** What IAM checks: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */

export const onApplication = (parts: Parts, action: string, name = ""): Access => ({ action: `codedeploy:${action}`, resource: parts.world.arn("codedeploy", `application:${name}`) });

export const onGroup = (parts: Parts, action: string, application = "", group = ""): Access => ({ action: `codedeploy:${action}`, resource: parts.world.arn("codedeploy", `deploymentgroup:${application}/${group}`) });

export const onConfig = (parts: Parts, action: string, name = ""): Access => ({ action: `codedeploy:${action}`, resource: parts.world.arn("codedeploy", `deploymentconfig:${name}`) });

/** Of the group whose deployment it is; none for a deployment that there is not, which is told before. */
export const onDeployment = (parts: Parts, action: string, id: string | undefined): readonly Access[] => {
  const deployment = deploymentIfAny(parts, id);
  return deployment === undefined ? [] : [onGroup(parts, action, deployment.applicationName, deployment.groupName)];
};

/** For actions that know no resources. */
export const onAll = (action: string): Access => ({ action: `codedeploy:${action}`, resource: "*" });
