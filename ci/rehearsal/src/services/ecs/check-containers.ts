import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { AwsError } from "../../protocol/aws-error.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);
const within = (value: number | undefined, least: number, most: number): boolean => value === undefined || (Number.isInteger(value) && value >= least && value <= most);

/** Throws ClientException for the first container that ECS does not take. */
export function checkContainers(containers: readonly ContainerDefinition[], { isAwsvpc, isFargate, hasExecutionRole }: { readonly isAwsvpc: boolean; readonly isFargate: boolean; readonly hasExecutionRole: boolean }): void {
  if (containers.length === 0) throw refuse("Container list cannot be empty.");
  if (containers.every(({ essential }) => essential === false)) throw refuse("At least one container must be essential.");
  const names = new Set<string>();
  for (const container of containers) {
    const { name = "", image = "" } = container;
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw refuse("Container.name contains invalid characters.");
    if (image === "" || image.length > 255 + 256) throw refuse("Container.image should not be null or empty.");
    if (names.has(name)) throw refuse(`Container.name ${name} is not unique.`);
    names.add(name);
    checkPorts(container, isAwsvpc);
    checkHealth(container);
    if (isFargate) checkFargate(container, hasExecutionRole);
  }
  checkPortsOfTask(containers, isAwsvpc);
  for (const container of containers) checkDependencies(container, containers);
  checkCycles(containers);
}

function checkPorts({ portMappings = [] }: ContainerDefinition, isAwsvpc: boolean): void {
  for (const { containerPort, hostPort, protocol = "tcp", name } of portMappings) {
    if (!within(containerPort, 1, 65_535)) throw refuse(`Invalid container port: ${String(containerPort)}.`);
    if (!["tcp", "udp"].includes(protocol)) throw refuse("Port mapping protocol must be one of tcp, udp.");
    if (isAwsvpc && hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort) throw refuse("When networkMode=awsvpc, the host ports and container ports in port mappings must match.");
    if (name !== undefined && !/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(name)) throw refuse("The port mapping name is not valid. It can have up to 64 lowercase letters, numbers, underscores and hyphens, and cannot start with a hyphen.");
  }
}

/** All containers of a task have the same network there. AWS refuses this too, in words that are not known. */
function checkPortsOfTask(containers: readonly ContainerDefinition[], isAwsvpc: boolean): void {
  const taken = new Set<string>();
  for (const { containerPort, protocol = "tcp" } of isAwsvpc ? containers.flatMap(({ portMappings = [] }) => portMappings) : []) {
    const port = `${String(containerPort)}/${protocol}`;
    if (taken.has(port)) throw refuse(`The container port ${port} is used by more than one port mapping of the task.`);
    taken.add(port);
  }
}

function checkHealth({ healthCheck }: ContainerDefinition): void {
  if (healthCheck === undefined) return;
  const [kind = ""] = healthCheck.command ?? [];
  if (!["CMD", "CMD-SHELL", "NONE"].includes(kind)) throw refuse("Health check command must begin with CMD or CMD-SHELL.");
  const { interval, timeout, retries, startPeriod } = healthCheck;
  if (!within(interval, 5, 300)) throw refuse("Health check interval must be between 5 and 300 seconds.");
  if (!within(timeout, 2, 60)) throw refuse("Health check timeout must be between 2 and 60 seconds.");
  if (!within(retries, 1, 10)) throw refuse("Health check retries must be between 1 and 10.");
  if (!within(startPeriod, 0, 300)) throw refuse("Health check startPeriod must be between 0 and 300 seconds.");
}

function checkFargate({ logConfiguration, secrets = [], stopTimeout, privileged }: ContainerDefinition, hasExecutionRole: boolean): void {
  if (!hasExecutionRole && logConfiguration?.logDriver === "awslogs") throw refuse("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
  if (!hasExecutionRole && secrets.length > 0) throw refuse("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  if (stopTimeout !== undefined && !within(stopTimeout, 0, 120)) throw refuse("Fargate supports a stopTimeout of at most 120 seconds.");
  if (privileged === true) throw refuse("Fargate does not support privileged containers.");
  if (logConfiguration?.logDriver === "awslogs") {
    const { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": prefix } = logConfiguration.options ?? {};
    if (group === undefined || region === undefined || prefix === undefined) throw refuse("Log driver awslogs requires options: awslogs-group, awslogs-region, awslogs-stream-prefix.");
  }
}

function checkDependencies({ name = "", dependsOn = [] }: ContainerDefinition, containers: readonly ContainerDefinition[]): void {
  for (const { containerName, condition } of dependsOn) {
    const other = containers.find((container) => container.name === containerName);
    if (other === undefined) throw refuse(`The container ${name} depends on the container ${String(containerName)}, which does not exist in the task definition.`);
    if ((condition === "COMPLETE" || condition === "SUCCESS") && other.essential !== false) throw refuse(`A dependency with condition ${condition} cannot be on the essential container ${String(containerName)}.`);
    if (condition === "HEALTHY" && other.healthCheck === undefined) throw refuse(`The container ${name} depends on ${String(containerName)} being HEALTHY, which has no health check.`);
  }
}

function checkCycles(containers: readonly ContainerDefinition[]): void {
  const visit = (name: string | undefined, path: readonly (string | undefined)[]): void => {
    if (path.includes(name)) throw refuse("Container dependencies form a cycle.");
    for (const { containerName } of containers.find((container) => container.name === name)?.dependsOn ?? []) visit(containerName, [...path, name]);
  };
  for (const { name } of containers) visit(name, []);
}
