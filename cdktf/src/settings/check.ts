import { parseRange, vpcProblem } from "./address-range.ts";
import type { Environment, Resolved } from "./resolve.ts";
import type { SettingsFile } from "./settings-schema.ts";

/** What the settings say against each other, a sentence each: the setting, its value, and what would do. */
export function problemsOf(file: SettingsFile, { environments }: Resolved): string[] {
  return [...unknownAccounts(file), ...sharedPlaces(environments), ...environments.flatMap((environment) => checks.flatMap((check) => check(environment).map((problem) => `environments.${environment.key}.${problem}`)))];
}

/** Names that are too long: all are known only when all stacks are made. */
export const nameProblemsOf = ({ accounts, environments }: Resolved): string[] => [
  ...accounts.flatMap(({ key, names }) => names.problems.map((problem) => `accounts.${key} (with the project's name as prefix): ${problem}`)),
  ...environments.flatMap(({ key, names }) => names.problems.map((problem) => `environments.${key}.prefix: ${problem}`)),
];

function unknownAccounts(file: SettingsFile): string[] {
  return Object.entries(file.environments).flatMap(([key, { account }]) => (account in file.accounts ? [] : [`environments.${key}.account: is ${account}, which is none of accounts; there are: ${Object.keys(file.accounts).join(", ")}`]));
}

function sharedPlaces(environments: readonly Environment[]): string[] {
  const seen = new Map<string, string>();
  return environments.flatMap(({ key, account, region, names }) => {
    const place = `${account.id} ${region} ${names.prefix}`;
    const other = seen.get(place);
    seen.set(place, key);
    return other === undefined ? [] : [`environments.${key}.prefix: is ${names.prefix}, as that of environments.${other} in the same account and region; another one would do, such as ${names.prefix}-${key}`];
  });
}

const checks: readonly ((environment: Environment) => string[])[] = [
  ({ database, desiredCount, autoscaling }) =>
    database === "sidecar" && (desiredCount > 1 || autoscaling !== undefined)
      ? [`desiredCount: is ${desiredCount}${autoscaling === undefined ? "" : ` (up to ${autoscaling.most} by autoscaling)`} with database sidecar, where each task would have data of its own; one task, or "database": "external", would do`]
      : [],
  ({ desiredCount, autoscaling }) => (autoscaling !== undefined && autoscaling.most < desiredCount ? [`autoscaling.most: is ${autoscaling.most}, which is less than the ${desiredCount} tasks of desiredCount; ${desiredCount} or more would do`] : []),
  ({ isProduction, network }) => (isProduction && network.defaultVpc === true ? [`network.defaultVpc: is true, and production's tasks have no public address; false, or "preset": "lab", would do`] : []),
  ({ database, egress, network }) =>
    database === "external" && egress === "endpoints" && network.defaultVpc !== true ? [`network.egress: is endpoints with database external, whose users are made by a task with an image of the internet, which endpoints do not reach; "egress": "nat", or "database": "sidecar", would do`] : [],
  ({ network }) => {
    const problem = network.defaultVpc === true ? undefined : vpcProblem(network.cidr, network.zones);
    return problem === undefined ? [] : [`network.cidr: ${problem}`];
  },
  ({ network }) =>
    network.testListenerFrom.flatMap((range, index) => {
      const parsed = parseRange(range);
      if (parsed === undefined) return [`network.testListenerFrom.${index}: is ${range}, which is no range: its numbers go to 255, and none is set behind its prefix`];
      return parsed.length < 8 ? [`network.testListenerFrom.${index}: is ${range}, which is everybody, or nearly so, and a version that nobody has judged yet is for few; the ranges of your own network would do`] : [];
    }),
  ({ certificateArn, region, account }) => {
    const [, , , ownRegion = "", ownAccount = ""] = certificateArn?.split(":") ?? [];
    return certificateArn === undefined || (ownRegion === region && ownAccount === account.id) ? [] : [`certificateArn: is ${certificateArn}, and the load balancer is in ${region} of ${account.id}; a certificate of that region and account would do`];
  },
  ({ deployment: { config, custom } }) => {
    const isAws = config.startsWith("CodeDeployDefault.");
    if (custom !== undefined && isAws) return [`deployment.config: is ${config}, which AWS keeps for itself, and deployment.custom is given; a name of your own would do`];
    return isAws && !awsConfigurations.includes(config) ? [`deployment.config: is ${config}, which AWS does not have for ECS; there are: ${awsConfigurations.join(", ")}`] : [];
  },
  ({ deployment: { custom } }) => {
    if (custom?.type !== "linear") return [];
    const minutes = (Math.ceil(100 / custom.percent) - 1) * custom.minutes;
    return minutes > mostShiftMinutes ? [`deployment.custom.minutes: is ${custom.minutes}, which makes ${minutes} minutes in steps of ${custom.percent} %, and CodeDeploy takes ${mostShiftMinutes}; fewer minutes, or larger steps, would do`] : [];
  },
];

const awsConfigurations = ["ECSLinear10PercentEvery1Minutes", "ECSLinear10PercentEvery3Minutes", "ECSCanary10Percent5Minutes", "ECSCanary10Percent15Minutes", "ECSAllAtOnce"].map((name) => `CodeDeployDefault.${name}`);
/** From the first step to the last. */
const mostShiftMinutes = 2880;
