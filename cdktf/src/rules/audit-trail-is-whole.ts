import { isTrue, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** What happened in another region, or to IAM, or to the trail itself, would not be found out otherwise. */
export const auditTrailIsWhole: Rule = {
  name: "audit-trail-is-whole",
  look: (stack) =>
    eachOf(resourcesOf(stack, "aws_cloudtrail"), ({ body }) => {
      const missing = ["is_multi_region_trail", "include_global_service_events", "enable_log_file_validation"].filter((key) => !isTrue(body, key) && !(key === "include_global_service_events" && body[key] === undefined));
      if (missing.length > 0) return `does not see everything; ${missing.join(", ")} would do`;
      return textOf(body, "enable_logging") === "false" ? "is switched off" : undefined;
    }),
};
