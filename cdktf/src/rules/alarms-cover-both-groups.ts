import { bodies, isAbout, referencesIn, resourcesOf, textsOf, valuesOf } from "./read-body.ts";
import { faultAt, type Fault, type Rule } from "./rule.ts";
import type { Block, StackDocument } from "./stack-document.ts";

/**
 * The groups change places with each release. An alarm on one of them alone is
 * blind in every second release, and nobody sees that before it should have fired.
 */
export const alarmsCoverBothGroups: Rule = {
  name: "alarms-cover-both-groups",
  look: (stack) => resourcesOf(stack, "aws_codedeploy_deployment_group").flatMap((group) => judge(stack, group)),
};

const errors = "HTTPCode_Target_5XX_Count";

function judge(stack: StackDocument, deploymentGroup: Block): Fault[] {
  const groups = targetGroupsOf(stack, deploymentGroup);
  if (groups.length !== 2) return [faultAt(deploymentGroup, `has ${groups.length} target groups of this stack in target_group_pair_info; a blue/green deployment has two`)];
  const watched = new Map<string, { alarm: Block; groups: Set<string> }>();
  for (const alarm of alarmsOf(stack, deploymentGroup)) {
    for (const { metric, group } of metricsOf(alarm)) {
      const seen = watched.get(metric) ?? { alarm, groups: new Set() };
      for (const address of referencesIn(group)) seen.groups.add(address);
      watched.set(metric, seen);
    }
  }
  const oneSided = [...watched].flatMap(([metric, { alarm, groups: seen }]) => groups.filter(({ address }) => !seen.has(address)).map(({ address }) => faultAt(alarm, `watches ${metric} of one target group only; an alarm on that of ${address}, attached to the deployment group too, would do`)));
  return watched.has(errors) ? oneSided : [...oneSided, faultAt(deploymentGroup, `has no alarm on ${errors} of its target groups: a release that errs would go on`)];
}

function targetGroupsOf(stack: StackDocument, { body }: Block): Block[] {
  const names = bodies(body, "load_balancer_info").flatMap((info) => bodies(info, "target_group_pair_info").flatMap((pair) => bodies(pair, "target_group").flatMap((group) => textsOf(group, "name"))));
  return resourcesOf(stack, "aws_lb_target_group").filter((group) => names.some((name) => isAbout(name, group, "name")));
}

/** Those that stop its deployments. */
export function alarmsOf(stack: StackDocument, { body }: Block): Block[] {
  const names = bodies(body, "alarm_configuration").flatMap((configuration) => textsOf(configuration, "alarms"));
  return resourcesOf(stack, "aws_cloudwatch_metric_alarm").filter((alarm) => names.some((name) => isAbout(name, alarm, "alarm_name")));
}

function metricsOf({ body }: Block): { metric: string; group: string }[] {
  return [body, ...bodies(body, "metric_query").flatMap((query) => bodies(query, "metric"))].flatMap((metric) =>
    valuesOf(metric["dimensions"], "TargetGroup").flatMap((group) => (typeof group === "string" && typeof metric["metric_name"] === "string" ? [{ metric: metric["metric_name"], group }] : [])),
  );
}
