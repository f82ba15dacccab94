import { nameLimits, type Kind } from "../settings/names.ts";
import { resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** Where each kind of resource has its name; Terraform learns of a limit in the middle of an apply. */
const named: Readonly<Record<string, { readonly key: string; readonly kind: Kind }>> = {
  aws_lb: { key: "name", kind: "loadBalancer" },
  aws_lb_target_group: { key: "name", kind: "targetGroup" },
  aws_iam_role: { key: "name", kind: "role" },
  aws_iam_policy: { key: "name", kind: "policy" },
  aws_ecs_cluster: { key: "name", kind: "cluster" },
  aws_ecs_service: { key: "name", kind: "service" },
  aws_codedeploy_app: { key: "name", kind: "application" },
  aws_codedeploy_deployment_group: { key: "deployment_group_name", kind: "deploymentGroup" },
  aws_cloudwatch_metric_alarm: { key: "alarm_name", kind: "alarm" },
  aws_s3_bucket: { key: "bucket", kind: "bucket" },
  aws_db_instance: { key: "identifier", kind: "database" },
  aws_lambda_function: { key: "function_name", kind: "function" },
  aws_sns_topic: { key: "name", kind: "topic" },
};

export const namesFit: Rule = {
  name: "names-fit",
  look: (stack) =>
    Object.entries(named).flatMap(([type, { key, kind }]) =>
      eachOf(resourcesOf(stack, type), ({ body }) => {
        const name = textOf(body, key) ?? "";
        const most = nameLimits[kind];
        return name.includes("${") || name.length <= most ? undefined : `is called ${name}, which is ${name.length} characters, and AWS takes ${most}; a shorter prefix in infrastructure.json would do`;
      }),
    ),
};
