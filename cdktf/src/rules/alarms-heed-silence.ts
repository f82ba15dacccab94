import { alarmsOf } from "./alarms-cover-both-groups.ts";
import { resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** A load balancer publishes no count of errors where there are none: what is missing is no error, and has to be said. */
export const alarmsHeedSilence: Rule = {
  name: "alarms-heed-silence",
  look: (stack) =>
    resourcesOf(stack, "aws_codedeploy_deployment_group").flatMap((group) =>
      eachOf(alarmsOf(stack, group), ({ body }) => (textOf(body, "treat_missing_data") === "notBreaching" ? undefined : `stops deployments, and treats missing data as ${textOf(body, "treat_missing_data") ?? "missing"}; treat_missing_data notBreaching would do`)),
    ),
};
