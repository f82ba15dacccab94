import { resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** AWS's limits, in characters; Terraform learns of them in the middle of an apply. */
const limits: Readonly<Record<string, { readonly key: string; readonly most: number }>> = {
  aws_lb: { key: "name", most: 32 },
  aws_lb_target_group: { key: "name", most: 32 },
  aws_iam_role: { key: "name", most: 64 },
  aws_iam_policy: { key: "name", most: 128 },
  aws_ecs_cluster: { key: "name", most: 255 },
  aws_ecs_service: { key: "name", most: 255 },
  aws_codedeploy_app: { key: "name", most: 100 },
  aws_codedeploy_deployment_group: { key: "deployment_group_name", most: 100 },
  aws_cloudwatch_metric_alarm: { key: "alarm_name", most: 255 },
  aws_s3_bucket: { key: "bucket", most: 63 },
  aws_db_instance: { key: "identifier", most: 63 },
  aws_lambda_function: { key: "function_name", most: 64 },
  aws_sns_topic: { key: "name", most: 256 },
};

export const namesFit: Rule = {
  name: "names-fit",
  look: (stack) =>
    Object.entries(limits).flatMap(([type, { key, most }]) =>
      eachOf(resourcesOf(stack, type), ({ body }) => {
        const name = textOf(body, key) ?? "";
        return name.includes("${") || name.length <= most ? undefined : `is called ${name}, which is ${name.length} characters, and AWS takes ${most}; a shorter prefix in infrastructure.json would do`;
      }),
    ),
};
