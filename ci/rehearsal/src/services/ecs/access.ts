import type { Tag } from "@aws-sdk/client-ecs";
import { passRole } from "../../iam/roles.ts";
import { requestTagKeys, resourceTagKeys, type TagKeys } from "../../iam/tag-keys.ts";
import type { Parts } from "../../parts.ts";
import type { Access } from "../service.ts";
import { tagsOf } from "./create.ts";
import { clusterArnFor, clusterName, serviceArnFor } from "./services.ts";
import { findTagged } from "./tagged.ts";
import { findTaskDefinition } from "./task-definitions.ts";

/**
 * What IAM checks of a call, with the condition keys that a deployer's policy may ask for.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */

const on = (parts: Parts, action: string, resource: string, context: TagKeys = {}): Access => ({ action: `ecs:${action}`, resource, context: { ...resourceTagKeys("ecs", findTagged(parts, resource)), ...context } });

export const onArn = (parts: Parts, action: string, arn = "*", context?: TagKeys): Access => on(parts, action, arn, context);

/** For actions that know no resources. */
export const onAll = (action: string): Access => ({ action: `ecs:${action}`, resource: "*" });

export const onAllOfCluster = (parts: Parts, action: string, cluster: string | undefined): Access => ({ action: `ecs:${action}`, resource: "*", context: { "ecs:cluster": clusterArnFor(parts, cluster) } });

export const onCluster = (parts: Parts, action: string, cluster: string | undefined, context?: TagKeys): Access => on(parts, action, clusterArnFor(parts, cluster), context);

/** `ecs:<action>` on a service, with the condition key of its cluster. */
export const onService = (parts: Parts, action: string, cluster: string | undefined, service: string | undefined, context?: TagKeys): Access => on(parts, action, serviceArnFor(parts, cluster, service), { ...context, "ecs:cluster": clusterArnFor(parts, cluster) });

export function onTaskSet(parts: Parts, action: string, { cluster, service, taskSet = "*" }: { readonly cluster?: string | undefined; readonly service?: string | undefined; readonly taskSet?: string | undefined }, context?: TagKeys): Access {
  const serviceName = service?.split("/").at(-1) ?? "*";
  const resource = taskSet.startsWith("arn:") ? taskSet : parts.world.arn("ecs", `task-set/${clusterName(cluster)}/${serviceName}/${taskSet}`);
  return on(parts, action, resource, { ...context, "ecs:cluster": clusterArnFor(parts, cluster), "ecs:service": serviceArnFor(parts, cluster, service) });
}

export const onTask = (parts: Parts, action: string, cluster: string | undefined, task: string): Access => on(parts, action, task.startsWith("arn:") ? task : parts.world.arn("ecs", `task/${clusterName(cluster)}/${task}`), { "ecs:cluster": clusterArnFor(parts, cluster) });

/** What `RunTask` and the condition key `ecs:task-definition` name: a revision, also where only the family was said. */
export function taskDefinitionArnFor(parts: Parts, asked = "*"): string {
  return findTaskDefinition(parts, asked)?.arn ?? (asked.startsWith("arn:") ? asked : parts.world.arn("ecs", `task-definition/${asked.includes(":") ? asked : `${asked}:*`}`));
}

/** The condition key of a task definition, where the call names one. */
export const taskDefinitionKey = (parts: Parts, asked: string | undefined): TagKeys => (asked === undefined ? {} : { "ecs:task-definition": taskDefinitionArnFor(parts, asked) });

/** `ecs:TagResource` with `ecs:CreateAction`, which AWS asks for as well when what is made gets tags. */
export function tagging(createAction: string, resource: string, tags: readonly Tag[] | undefined): Access[] {
  const keys = requestTagKeys(tagsOf(tags));
  return Object.keys(keys).length === 0 ? [] : [{ action: "ecs:TagResource", resource, context: { ...keys, "ecs:CreateAction": createAction } }];
}

/** The roles of a task definition are handed to ECS by whoever starts tasks of it. */
export function passRolesOf(parts: Parts, taskDefinition: string | undefined, overrides: { readonly taskRoleArn?: string | undefined; readonly executionRoleArn?: string | undefined } = {}): Access[] {
  const definition = findTaskDefinition(parts, taskDefinition ?? "");
  return passRoles([overrides.taskRoleArn ?? definition?.taskRoleArn, overrides.executionRoleArn ?? definition?.executionRoleArn]);
}

export const passRoles = (arns: readonly (string | undefined)[]): Access[] => arns.flatMap((arn) => (arn === undefined ? [] : [passRole(arn, "ecs-tasks.amazonaws.com")]));
