import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { AwsError } from "../../protocol/aws-error.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);
const isOutside = (value: number | undefined, least: number, most: number): boolean => value !== undefined && !(value >= least && value <= most);
/** AWS takes what is empty for absent. */
const isSet = (value: unknown): boolean => value !== undefined && value !== false && value !== null && !(Array.isArray(value) && value.length === 0);

const logDrivers = ["awslogs", "splunk", "awsfirelens"];
const unsupported = ["links", "hostname", "disableNetworking", "dnsServers", "dnsSearchDomains", "extraHosts", "dockerSecurityOptions"] as const;
/** Of linuxParameters. tmpfs is not among them: Fargate has it. */
const unsupportedLinux = ["devices", "sharedMemorySize", "maxSwap", "swappiness"] as const;

/** Throws ClientException for what ECS takes, and Fargate does not. AWS's words where they are known, else plain ones. */
export function checkFargateContainer(container: ContainerDefinition, hasExecutionRole: boolean): void {
  const { linuxParameters = {}, privileged, resourceRequirements = [], secrets = [], startTimeout, stopTimeout, ulimits = [] } = container;
  checkLogs(container, hasExecutionRole);
  if (!hasExecutionRole && secrets.length > 0) throw refuse("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  if (isOutside(stopTimeout, 0, 120)) throw refuse("Fargate supports a stopTimeout of at most 120 seconds.");
  if (isOutside(startTimeout, 2, 120)) throw refuse("Fargate supports a startTimeout of 2 to 120 seconds.");
  if (privileged === true) throw refuse("Fargate does not support privileged containers.");
  for (const member of unsupported) if (isSet(container[member])) throw refuse(`Fargate does not support ${member}.`);
  for (const member of unsupportedLinux) if (isSet(linuxParameters[member])) throw refuse(`Fargate does not support ${member}.`);
  const added = (linuxParameters.capabilities?.add ?? []).filter((capability) => capability !== "SYS_PTRACE");
  if (added.length > 0) throw refuse(`Fargate adds no capability but SYS_PTRACE; ${added.join(", ")} ${added.length === 1 ? "is" : "are"} asked for.`);
  if (resourceRequirements.some(({ type }) => type === "GPU")) throw refuse("Fargate does not support GPUs.");
  if (ulimits.some(({ softLimit = 0, hardLimit = 0 }) => softLimit > hardLimit)) throw refuse("A soft limit must not be greater than its hard limit.");
}

function checkLogs({ logConfiguration }: ContainerDefinition, hasExecutionRole: boolean): void {
  if (logConfiguration === undefined) return;
  const { logDriver = "", options = {} } = logConfiguration;
  if (!logDrivers.includes(logDriver)) throw refuse(`Fargate does not support the log driver ${logDriver}.`);
  if (logDriver !== "awslogs") return;
  if (!hasExecutionRole) throw refuse("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
  const { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": prefix } = options;
  if (group === undefined || region === undefined || prefix === undefined) throw refuse("Log driver awslogs requires options: awslogs-group, awslogs-region, awslogs-stream-prefix.");
}
