import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { authorise } from "../../iam/authorise.ts";
import type { Caller } from "../../iam/caller.ts";
import { asRole, mayAssume } from "../../iam/roles.ts";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { findImage, pullAccess } from "../ecr/images.ts";
import { registryHost } from "../ecr/state.ts";
import { logsAccess } from "../logs/access.ts";
import { hasLogGroup } from "../logs/log-streams.ts";
import type { Access } from "../service.ts";
import { StartFailure } from "./start-failure.ts";
import { logStreamOf } from "./task-logs.ts";

export interface ExecutionRole {
  /** Throws StartFailure when the role may not. */
  readonly require: (accesses: readonly Access[], what: string) => void;
  readonly requirePull: (image: string, container: string) => void;
  readonly requireLogs: (container: ContainerDefinition, taskId: string) => void;
}

/** What pulls the images, reads the secrets and opens the log streams of a task before any container runs. */
export function executionRole(parts: Parts, executionRoleArn: string | undefined): ExecutionRole {
  let caller: Caller | undefined;
  const call = (): Caller => {
    if (executionRoleArn === undefined) throw new StartFailure("ResourceInitializationError: unable to pull secrets or registry auth: The task definition has no execution role.");
    if (!mayAssume(parts, executionRoleArn, { service: "ecs-tasks.amazonaws.com" })) {
      throw new StartFailure(`ECS was unable to assume the role '${executionRoleArn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`);
    }
    return (caller ??= asRole(parts, executionRoleArn, "ecs-execution"));
  };
  const requireAccess = (accesses: readonly Access[], what: string): void => {
    try {
      authorise(call(), accesses, parts);
    } catch (error) {
      throw error instanceof AwsError ? new StartFailure(`ResourceInitializationError: ${what}: ${error.name}: ${error.message}`) : error;
    }
  };
  const requireLayers = (accesses: readonly Access[], image: string, container: string): void => {
    try {
      authorise(call(), accesses, parts);
    } catch (error) {
      throw error instanceof AwsError ? new StartFailure(forbidden(image), container) : error;
    }
  };
  return {
    require: requireAccess,
    requirePull(image, container) {
      const found = findImage(parts, image);
      if (found !== undefined) {
        const [token, ...ofRepository] = pullAccess(parts, found.repositoryName);
        if (token !== undefined) requireAccess([token], "unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s)");
        requireLayers(ofRepository, image, container);
      }
      // Images of other registries are their provider's to find; one that is to be in our own and is not cannot be pulled.
      else if (isPrivate(parts, image)) throw new StartFailure(`CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`, container);
    },
    requireLogs(container, taskId) {
      const to = logStreamOf(container, taskId);
      if (to === undefined) return;
      const what = "failed to validate logger args";
      if (!hasLogGroup(parts, to.group)) {
        if (container.logConfiguration?.options?.["awslogs-create-group"] !== "true") throw new StartFailure(`ResourceInitializationError: ${what}: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1`);
        requireAccess(logsAccess("CreateLogGroup", parts.world, to.group), what);
      }
      requireAccess(["CreateLogStream", "PutLogEvents"].flatMap((action) => logsAccess(action, parts.world, to.group, to.stream)), what);
    },
  };
}

/** In containerd's words, which Fargate passes on. */
function forbidden(image: string): string {
  const [host = ""] = image.split("/");
  const name = image.slice(host.length + 1);
  const reference = /@(sha256:[0-9a-f]+)$/.exec(name)?.[1] ?? /:([\w.-]+)$/.exec(name)?.[1] ?? "latest";
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: pulling from host ${host} failed with status code [manifests ${reference}]: 403 Forbidden`;
}

/** In the account's own registry, by AWS's name for it or by the rehearsal's. */
const isPrivate = (parts: Parts, image: string): boolean => [`${parts.world.account}.dkr.ecr.${parts.world.region}.amazonaws.com`, registryHost(parts)].some((host) => image.startsWith(`${host}/`));
