import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import type { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";

export interface TaskRoles {
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
}

/** The tag by which the pipeline knows it, and puts it there before a first release. The repository's tags never move, so it is one image for ever. */
const bootstrapTag = "bootstrap";

const registryOf = ({ account, region, partition }: Environment): string => `${account.id}.dkr.ecr.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;

/**
 * What a new service begins with: the proxy alone, which says with NOTES_BOOTSTRAP
 * that it is ready, and 404 to users. Every later revision is the pipeline's.
 */
export function bootstrapTask(scope: Construct, id: string, { environment, roles, logGroup }: { readonly environment: Environment; readonly roles: TaskRoles; readonly logGroup: string }): EcsTaskDefinition {
  const { container, port } = environment.application.release;
  const proxy = {
    name: container,
    image: `${registryOf(environment)}/${environment.repositories[container] ?? container}:${bootstrapTag}`,
    essential: true,
    user: "101",
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    mountPoints: [{ sourceVolume: scratch, containerPath: "/tmp" }],
    portMappings: [{ containerPort: port, protocol: "tcp" }],
    environment: [
      { name: "LISTEN_PORT", value: String(port) },
      { name: "NOTES_BOOTSTRAP", value: "on" },
    ],
    healthCheck: { command: ["CMD", "check-http", String(port), "/ready"], interval: 5, timeout: 5, retries: 3, startPeriod: 10 },
    stopTimeout: 30,
    logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": logGroup, "awslogs-region": environment.region, "awslogs-stream-prefix": environment.application.project } },
  };
  return new EcsTaskDefinition(scope, id, {
    family: environment.release.family,
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
    ...roles,
    containerDefinitions: JSON.stringify([proxy]),
    volume: [{ name: scratch }],
  });
}

const scratch = "proxy-scratch";
