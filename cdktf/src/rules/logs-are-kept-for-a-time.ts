import { resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** Without a time CloudWatch keeps logs, and what is in them, for ever. */
export const logsAreKeptForATime: Rule = {
  name: "logs-are-kept-for-a-time",
  look: (stack) => eachOf(resourcesOf(stack, "aws_cloudwatch_log_group"), ({ body }) => (Number(textOf(body, "retention_in_days") ?? 0) > 0 ? undefined : "keeps its logs for ever; retention_in_days would do")),
};
