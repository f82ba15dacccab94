import type { Judge, PlacedContainer } from "./judge.ts";

/** What ECS and Fargate ask of containers. Where AWS's words are known, they are AWS's. */
export function judgeContainers(judge: Judge): void {
  const { containers } = judge;
  if (containers.length === 0) { judge.refused("fargate-container", ["containerDefinitions"], "Container list cannot be empty.", "Add a container."); return; }
  if (containers.every(({ container }) => container.essential === false)) judge.refused("fargate-container", ["containerDefinitions"], "At least one container must be essential.", 'Set "essential" to true in the one that users are served by.');
  const ports = new Map<string, string>();
  containers.forEach((placed, index) => {
    const { container, at } = placed;
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(container.name)) judge.refused("fargate-container", [...at, "name"], "Container.name contains invalid characters.", "Use 1 to 255 letters, digits, hyphens and underscores.");
    if (containers.findIndex((other) => other.container.name === container.name) !== index) judge.refused("fargate-container", [...at, "name"], `Container.name ${container.name} is not unique.`, "Give it another name.");
    if (container.image === "" || container.image.length > 511) judge.refused("fargate-container", [...at, "image"], "Container.image should not be null or empty.", "Name an image.");
    judgePorts(judge, placed, ports);
    judgeHealthCheck(judge, placed);
    judgeSettings(judge, placed);
    judgeMounts(judge, placed);
    judgeVariables(judge, placed);
  });
  for (const placed of containers) judgeDependencies(judge, placed);
  judgeCycles(judge);
}

const outside = (value: number | undefined, least: number, most: number): boolean => value !== undefined && (value < least || value > most);

function judgePorts(judge: Judge, { container, at }: PlacedContainer, taken: Map<string, string>): void {
  (container.portMappings ?? []).forEach(({ containerPort, containerPortRange, hostPort, protocol = "tcp", name }, index) => {
    const path = [...at, "portMappings", index];
    if (containerPortRange === undefined && (containerPort === undefined || outside(containerPort, 1, 65_535))) judge.refused("fargate-port", [...path, "containerPort"], `Invalid container port: ${String(containerPort)}.`, "Use a port from 1 to 65535.");
    if (protocol !== "tcp" && protocol !== "udp") judge.refused("fargate-port", [...path, "protocol"], "Port mapping protocol must be one of tcp, udp.", "Correct it.");
    if (hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort) judge.refused("fargate-port", [...path, "hostPort"], "When networkMode=awsvpc, the host ports and container ports in port mappings must match.", "Take hostPort out.");
    if (name !== undefined && !/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(name)) judge.refused("fargate-port", [...path, "name"], "The port mapping name is not valid. It can have up to 64 lowercase letters, numbers, underscores and hyphens, and cannot start with a hyphen.", "Correct it.");
    if (containerPort === undefined) return;
    const port = `${containerPort}/${protocol}`;
    const owner = taken.get(port);
    if (owner !== undefined) judge.refused("fargate-port", [...path, "containerPort"], `The container port ${port} is used by more than one port mapping of the task.`, `All containers of a task share one network, and ${owner} has this port already; choose another.`);
    taken.set(port, container.name);
  });
}

function judgeHealthCheck(judge: Judge, { container, at }: PlacedContainer): void {
  const { healthCheck } = container;
  if (healthCheck === undefined) return;
  const path = [...at, "healthCheck"];
  if (!["CMD", "CMD-SHELL", "NONE"].includes(healthCheck.command[0] ?? "")) judge.refused("fargate-health-check", [...path, "command"], "Health check command must begin with CMD or CMD-SHELL.", 'Write ["CMD", program, arguments…] or ["CMD-SHELL", text].');
  const ranges = { interval: [5, 300], timeout: [2, 60], startPeriod: [0, 300] } as const;
  for (const [member, [least, most]] of Object.entries(ranges)) {
    if (outside(healthCheck[member as keyof typeof ranges], least, most)) judge.refused("fargate-health-check", [...path, member], `Health check ${member} must be between ${least} and ${most} seconds.`, "Correct it.");
  }
  if (outside(healthCheck.retries, 1, 10)) judge.refused("fargate-health-check", [...path, "retries"], "Health check retries must be between 1 and 10.", "Correct it.");
}

/** Of linuxParameters. tmpfs is not among them: Fargate has it. */
const unsupportedLinux = ["devices", "sharedMemorySize", "maxSwap", "swappiness"] as const;
const unsupported = ["links", "hostname", "disableNetworking", "dnsServers", "dnsSearchDomains", "extraHosts", "dockerSecurityOptions"] as const;

function judgeSettings(judge: Judge, { container, at }: PlacedContainer): void {
  const { logConfiguration: log, secrets = [], stopTimeout, startTimeout, privileged, linuxParameters, resourceRequirements = [] } = container;
  if (judge.task.executionRoleArn === undefined) {
    if (log?.logDriver === "awslogs") judge.refused("fargate-role", [...at, "logConfiguration"], "Fargate requires task definition to have execution role ARN to support log driver awslogs.", 'Add "executionRoleArn": "__EXECUTION_ROLE_ARN__".');
    if (secrets.length > 0) judge.refused("fargate-role", [...at, "secrets"], "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.", 'Add "executionRoleArn": "__EXECUTION_ROLE_ARN__".');
  }
  if (log !== undefined && !["awslogs", "splunk", "awsfirelens"].includes(log.logDriver)) judge.refused("fargate-log", [...at, "logConfiguration", "logDriver"], `Fargate does not support the log driver ${log.logDriver}.`, "Use awslogs, splunk or awsfirelens.");
  const missing = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"].filter((option) => log?.options?.[option] === undefined);
  if (log?.logDriver === "awslogs" && missing.length > 0) judge.refused("fargate-log", [...at, "logConfiguration"], "Log driver awslogs requires options: awslogs-group, awslogs-region, awslogs-stream-prefix.", `Add ${missing.join(" and ")}.`);
  if (outside(stopTimeout, 0, 120)) judge.refused("fargate-timeout", [...at, "stopTimeout"], "Fargate supports a stopTimeout of at most 120 seconds.", "Make it 120 or less.");
  if (outside(startTimeout, 2, 120)) judge.refused("fargate-timeout", [...at, "startTimeout"], "Fargate supports a startTimeout of 2 to 120 seconds.", "Correct it.");
  if (privileged === true) judge.refused("fargate-unsupported", [...at, "privileged"], "Fargate does not support privileged containers.", "Take it out.");
  for (const member of unsupported) {
    const value = container[member];
    if (value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)) judge.refused("fargate-unsupported", [...at, member], `Fargate does not support ${member}.`, "Take it out.");
  }
  for (const member of unsupportedLinux) {
    const value = linuxParameters?.[member];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) judge.refused("fargate-unsupported", [...at, "linuxParameters", member], `Fargate does not support ${member}.`, "Take it out.");
  }
  const added = linuxParameters?.capabilities?.add?.filter((capability) => capability !== "SYS_PTRACE") ?? [];
  if (added.length > 0) judge.refused("fargate-unsupported", [...at, "linuxParameters", "capabilities", "add"], `Fargate adds no capability but SYS_PTRACE; ${added.join(", ")} ${added.length === 1 ? "is" : "are"} asked for.`, "Take it out.");
  if (resourceRequirements.some(({ type }) => type === "GPU")) judge.refused("fargate-unsupported", [...at, "resourceRequirements"], "Fargate does not support GPUs.", "Take it out.");
  if (container.ulimits?.some(({ softLimit, hardLimit }) => softLimit > hardLimit) === true) judge.refused("fargate-ulimit", [...at, "ulimits"], "A soft limit must not be greater than its hard limit.", "Correct it.");
}

function judgeVariables(judge: Judge, { container, at }: PlacedContainer): void {
  const [environment, secrets] = [(container.environment ?? []).map(({ name }) => name), (container.secrets ?? []).map(({ name }) => name)];
  secrets.forEach((name, index) => {
    if (environment.includes(name) || secrets.indexOf(name) !== index) judge.refused("fargate-secret", [...at, "secrets", index], `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`, "Take one of them out.");
  });
  environment.forEach((name, index) => {
    if (environment.indexOf(name) !== index) judge.say("warning", "variable-twice", [...at, "environment", index], `the variable ${name} is there twice, and the last one counts.`, "Take one of them out.", name);
  });
}

function judgeMounts(judge: Judge, { container, at }: PlacedContainer): void {
  const volumes = (judge.task.volumes ?? []).map(({ name }) => name);
  const paths = (container.mountPoints ?? []).map(({ containerPath }) => containerPath);
  (container.mountPoints ?? []).forEach(({ sourceVolume, containerPath }, index) => {
    const path = [...at, "mountPoints", index];
    if (sourceVolume === undefined || !volumes.includes(sourceVolume)) judge.refused("fargate-volume", [...path, "sourceVolume"], `Unknown volume '${sourceVolume ?? ""}'.`, `Add it to volumes: ${volumes.join(", ") || "there are none"}.`);
    if (containerPath === undefined || !containerPath.startsWith("/") || containerPath.includes(":")) judge.refused("fargate-volume", [...path, "containerPath"], `Invalid container path '${containerPath ?? ""}' of the volume ${sourceVolume ?? ""}: it must be absolute, without a colon.`, "Correct it.");
    else if (paths.indexOf(containerPath) !== index) judge.refused("fargate-volume", [...path, "containerPath"], `Duplicate mount point '${containerPath}'.`, "Take one of them out.");
  });
  (container.volumesFrom ?? []).forEach(({ sourceContainer }, index) => {
    if (!judge.containers.some((other) => other.container.name === sourceContainer)) judge.refused("fargate-volume", [...at, "volumesFrom", index], `There is no container ${sourceContainer ?? ""} to take volumes from.`, "Correct its name.");
  });
}

function judgeDependencies(judge: Judge, { container, at }: PlacedContainer): void {
  (container.dependsOn ?? []).forEach(({ containerName, condition }, index) => {
    const path = [...at, "dependsOn", index];
    const other = judge.containers.find((candidate) => candidate.container.name === containerName)?.container;
    if (!["START", "COMPLETE", "SUCCESS", "HEALTHY"].includes(condition)) judge.refused("fargate-depends-on", [...path, "condition"], `The condition ${condition} of a dependency is none of START, COMPLETE, SUCCESS, HEALTHY.`, "Correct it.");
    if (other === undefined) { judge.refused("fargate-depends-on", path, `The container ${container.name} depends on the container ${containerName}, which does not exist in the task definition.`, "Correct its name."); return; }
    if ((condition === "COMPLETE" || condition === "SUCCESS") && other.essential !== false) judge.refused("fargate-depends-on", path, `A dependency with condition ${condition} cannot be on the essential container ${containerName}.`, `Set "essential" of ${containerName} to false, or use another condition.`);
    if (condition === "HEALTHY" && other.healthCheck === undefined) judge.refused("fargate-depends-on", path, `The container ${container.name} depends on ${containerName} being HEALTHY, which has no health check.`, `Give ${containerName} a healthCheck.`);
  });
}

function judgeCycles(judge: Judge): void {
  const next = (name: string): string[] => (judge.containers.find(({ container }) => container.name === name)?.container.dependsOn ?? []).map(({ containerName }) => containerName);
  const leadsTo = (from: string, wanted: string, seen: Set<string>): boolean =>
    next(from).some((name) => {
      if (name === wanted) return true;
      if (seen.has(name)) return false;
      seen.add(name);
      return leadsTo(name, wanted, seen);
    });
  const first = judge.containers.find(({ container }) => leadsTo(container.name, container.name, new Set()));
  if (first !== undefined) judge.refused("fargate-depends-on", [...first.at, "dependsOn"], "Container dependencies form a cycle.", "Take one of them out.");
}
