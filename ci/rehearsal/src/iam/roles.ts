import { AwsError } from "../protocol/aws-error.ts";
import type { Parts } from "../parts.ts";
import type { Access } from "../services/service.ts";
import type { Caller } from "./caller.ts";
import { iamSlice, type RoleRecord } from "./state.ts";
import { trustOf, type Principal } from "./trust.ts";

export function findRole(parts: Parts, arnOrName: string): RoleRecord | undefined {
  return parts.world.slice(iamSlice).roles.find(({ arn, name }) => arn === arnOrName || name === arnOrName);
}

/** What acts as a role: CodeDeploy, ECS pulling an image, a task. Its trust is not asked; see mayAssume. Throws AwsError when there is no such role. */
export function asRole(parts: Parts, roleArnOrName: string, sessionName: string): Caller {
  const role = findRole(parts, roleArnOrName);
  if (role === undefined) throw new AwsError("NoSuchEntityException", `The role with name ${roleArnOrName.split("/").at(-1) ?? roleArnOrName} cannot be found.`, { status: 404 });
  return { arn: `arn:aws:sts::${parts.world.account}:assumed-role/${role.name}/${sessionName}`, userId: `${role.id}:${sessionName}`, accessKeyId: "", roleName: role.name };
}

/** Whether the role's trust policy lets it: `{ service: "ecs-tasks.amazonaws.com" }`. False when there is no such role. */
export function mayAssume(parts: Parts, roleArnOrName: string, principal: Principal): boolean {
  const role = findRole(parts, roleArnOrName);
  return role !== undefined && ["named", "account"].includes(trustOf(parts, role, principal));
}

/** What a caller has to be allowed who hands a role to a service: `passRole(taskRoleArn, "ecs-tasks.amazonaws.com")`. */
export const passRole = (roleArn: string, service: string): Access => ({ action: "iam:PassRole", resource: roleArn, context: { "iam:PassedToService": service } });
