import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { AwsError } from "../../protocol/aws-error.ts";
import { checkFargateContainer } from "./check-fargate-container.ts";

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
    if (isFargate) checkFargateContainer(container, hasExecutionRole);
    checkSettings(container, isAwsvpc);
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

/** Memory that is promised within memory that is allowed; links where there is a bridge; each variable once. */
function checkSettings({ environment = [], links = [], memory, memoryReservation, secrets = [] }: ContainerDefinition, isAwsvpc: boolean): void {
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) throw refuse("memoryReservation must not be greater than memory.");
  if (isAwsvpc && links.length > 0) throw refuse("Links are not supported when networkMode=awsvpc.");
  const names = new Set(environment.map(({ name }) => name));
  for (const { name = "" } of secrets) {
    if (names.has(name)) throw refuse(`The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`);
    names.add(name);
  }
}

function checkDependencies({ name = "", dependsOn = [] }: ContainerDefinition, containers: readonly ContainerDefinition[]): void {
  for (const { containerName, condition } of dependsOn) {
    if (!["START", "COMPLETE", "SUCCESS", "HEALTHY"].includes(condition ?? "")) throw refuse(`The condition ${String(condition)} of a dependency is none of START, COMPLETE, SUCCESS, HEALTHY.`);
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
