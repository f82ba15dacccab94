import type { NormalizedSchema } from "@smithy/core/schema";
import { expect, it } from "vitest";
import { inputOf, nameOf } from "../../src/protocol/schema.ts";
import { services } from "../../src/services/registry.ts";
import type { Access } from "../../src/services/service.ts";
import { startRehearsal } from "../support/rehearsal.ts";

/** Actions that AWS judges without a resource, so that a policy has to say `*`: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html, in November 2026. Of logs:DescribeLogGroups it says so too, and yet AWS's denials name a resource. */
const withoutResource = [
  "cloudwatch:DescribeAlarmsForMetric",
  "cloudwatch:GetMetricData",
  "cloudwatch:GetMetricStatistics",
  "cloudwatch:ListMetrics",
  "cloudwatch:PutMetricData",
  "codedeploy:BatchGetDeploymentTargets",
  "codedeploy:ContinueDeployment",
  "codedeploy:GetDeploymentTarget",
  "codedeploy:ListApplications",
  "codedeploy:ListDeploymentConfigs",
  "codedeploy:ListDeploymentTargets",
  "codedeploy:PutLifecycleEventHookExecutionStatus",
  "codedeploy:StopDeployment",
  "ecr:GetAuthorizationToken",
  "ecs:DeregisterTaskDefinition",
  "ecs:DescribeTaskDefinition",
  "ecs:ListClusters",
  "ecs:ListServices",
  "ecs:ListTaskDefinitionFamilies",
  "ecs:ListTaskDefinitions",
  // By container instance, of which Fargate has none.
  "ecs:ListTasks",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
];

/** A name or an ARN for whatever an input has, of the type that it has there; no tags, which would ask for more. */
function anything(schema: NormalizedSchema, name: string): unknown {
  if (/tags/i.test(name)) return undefined;
  if (schema.isListSchema()) return [anything(schema.getValueSchema(), name.replace(/s$/, ""))];
  if (schema.isStructSchema()) return Object.fromEntries([...schema.structIterator()].map(([member, of]) => [member, anything(of, member)]));
  if (schema.isStringSchema()) return /Arn$|ARN$/.test(name) ? "arn:aws:example:eu-west-1:123456789012:thing/1" : "one";
  return undefined;
}

it("asks for no resource exactly where AWS does not", async () => {
  const { rehearsal } = await startRehearsal();
  const accesses: Access[] = [];
  for (const { load } of new Set(Object.values(services))) {
    const { operations } = await load();
    for (const { schema, access } of operations) accesses.push(...access(anything(inputOf(schema), "input") as never, rehearsal.parts).filter(({ action }) => action.endsWith(`:${nameOf(schema)}`)));
  }
  const named = (isWithout: boolean): string[] => [...new Set(accesses.filter(({ resource }) => (resource === "*") === isWithout).map(({ action }) => action))].toSorted();
  expect(named(true)).toEqual(withoutResource.toSorted());
  expect(named(false).length).toBeGreaterThan(80);
});
