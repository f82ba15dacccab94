import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have, HaveListener, HaveTargetGroup } from "../have.ts";
import { isFields, isList } from "../normalise-task-definition.ts";
import type { Want } from "../want.ts";
import { applyAgain, no, ok, warning, type Check } from "./check.ts";

/** Both target groups, and which of them has the traffic. */
export const listeners: Check = {
  needs: ["group", "listeners", "targetGroups"],
  look: (_want, have) => {
    const { group } = have;
    if (group === undefined) return [];
    const missing = group.targetGroupNames.filter((name) => !have.targetGroups.some((found) => found.name === name));
    if (group.targetGroupNames.length !== 2) return [no("target-groups", `The deployment group has ${group.targetGroupNames.length} target groups, and a shift needs two.`, `${applyAgain}.`)];
    if (missing.length > 0) return [no("target-group-missing", `The target group ${missing.join(" and ")} of the deployment group is not there.`, `${applyAgain}.`)];
    const production = have.listeners.filter(({ role }) => role === "production");
    if (production.length === 0) return [no("listener-missing", "The production listener of the deployment group is not there.", `${applyAgain}.`)];
    return [...production.flatMap((listener) => weights(listener, have)), ...testListener(have), ...primaryBehind(production, have)];
  },
};

function weights(listener: HaveListener, { targetGroups, running }: Have): readonly PreflightFinding[] {
  const others = listener.forwards.filter(({ targetGroupArn }) => !targetGroups.some(({ arn }) => arn === targetGroupArn));
  const total = listener.forwards.reduce((sum, { weight }) => sum + weight, 0);
  if (others.length > 0) return [no("listener-other-target-group", `The production listener on port ${listener.port} sends requests to ${others.map(({ targetGroupArn }) => targetGroupArn).join(", ")}, which the deployment group does not know.`, "Set its default action to the target group of what runs.")];
  if (total === 0) return [no("listener-no-traffic", `The production listener on port ${listener.port} forwards to no target group: users get an error.`, "Set its default action to the target group of what runs.")];
  const live = listener.forwards.filter(({ weight }) => weight > 0).map(({ targetGroupArn, weight }) => `${nameOf(targetGroups, targetGroupArn)} ${Math.round((100 * weight) / total)} %`);
  if (live.length > 1 && running !== undefined) return [ok("traffic-is-shifting", `Deployment ${running.id} is shifting users' requests: ${live.join(", ")}.`)];
  if (live.length > 1) return [no("traffic-is-split", `Users' requests go to both target groups: ${live.join(", ")}. An earlier deployment was not brought to its end.`, "Look with `status`, and bring all traffic to one of them with `rollback`.")];
  return [ok("live-target-group", `All requests on port ${listener.port} go to ${live.join("").replace(" 100 %", "")}.`)];
}

const nameOf = (groups: readonly HaveTargetGroup[], arn: string): string => groups.find((group) => group.arn === arn)?.name ?? arn;

/** CodeDeploy's own condition: "Primary taskset target group must be behind listener". */
function primaryBehind(production: readonly HaveListener[], { service, targetGroups }: Have): readonly PreflightFinding[] {
  const arn = service?.taskSets.find(({ status }) => status === "PRIMARY")?.targetGroupArn;
  if (arn === undefined || production.some(({ forwards }) => forwards.some(({ targetGroupArn, weight }) => targetGroupArn === arn && weight > 0))) return [];
  return [no("primary-not-behind-listener", `What runs is behind ${nameOf(targetGroups, arn)}, to which the production listener sends nothing: CodeDeploy refuses to deploy then.`, `Set the listener's default action to ${nameOf(targetGroups, arn)}.`)];
}

function testListener({ group, listeners: found }: Have): readonly PreflightFinding[] {
  if (group?.testListenerArns.length === 0) return [warning("no-test-listener", "The deployment group has no test listener: nobody can look at a version before users do.", "Give it one on a port that users do not reach.")];
  return found.some(({ role }) => role === "test") ? [ok("test-listener", "There is a test listener.")] : [no("listener-missing", "The test listener of the deployment group is not there.", `${applyAgain}.`)];
}

export const targetGroups: Check = {
  needs: ["targetGroups"],
  look: (want, { targetGroups: found }) => [...found.flatMap((group) => [...addresses(want, group), ...healthCheck(group)]), ...agreement(want)],
};

function addresses({ settings }: Want, { name, targetType, port }: HaveTargetGroup): readonly PreflightFinding[] {
  if (targetType !== "ip") return [no("target-type", `The target group ${name} takes ${targetType} targets, and tasks on Fargate are targets by address.`, "Create it anew with the target type ip: it cannot be changed.")];
  return port === settings.port ? [] : [warning("target-group-port", `The target group ${name} is for port ${port}, and the container for ${settings.port}: ECS registers each task with its own port, so this works and misleads.`, `Give the target group the port ${settings.port}.`)];
}

function healthCheck({ name, healthCheck: { path, matcher } }: HaveTargetGroup): readonly PreflightFinding[] {
  if (acceptsAll(matcher)) return [no("health-check-cannot-fail", `The health check of ${name} takes ${matcher} for healthy: it cannot fail while anything answers.`, "Set its matcher to 200, and its path to one that fails when the program cannot work.")];
  if (path === "/" || path === "") return [warning("health-check-path", `The health check of ${name} asks for /, which mostly answers whatever the rest does.`, "Give it a path that fails when the program cannot work, such as /ready.")];
  return [ok("health-check", `${name} is checked at ${path}.`)];
}

/** Whether errors of the program count as healthy too: `200-499`, `200-599`. */
const acceptsAll = (matcher: string): boolean =>
  matcher.split(",").some((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return from <= 404 && to >= 404;
  });

/** The load balancer's container and port have to be in the task definition. */
function agreement({ settings, taskDefinition }: Want): readonly PreflightFinding[] {
  const containers = taskDefinition["containerDefinitions"];
  const container = isList(containers) ? containers.filter(isFields).find(({ name }) => name === settings.container) : undefined;
  if (container === undefined) return [no("container", `The task definition has no container ${settings.container}, to which the load balancer is to send requests.`, "Correct release.container in gitops.json, or the template.")];
  const ports = container["portMappings"];
  const has = isList(ports) && ports.some((mapping) => isFields(mapping) && mapping["containerPort"] === settings.port);
  return has ? [ok("container", `Requests go to ${settings.container}:${settings.port}.`)] : [no("container-port", `The container ${settings.container} has no port ${settings.port}.`, "Correct release.port in gitops.json, or the template.")];
}
