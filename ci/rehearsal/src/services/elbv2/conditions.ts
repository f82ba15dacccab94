import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../protocol/aws-error.ts";
import type { RuleConditionRecord } from "./state.ts";

const refuse = (message: string): AwsError => new AwsError("ValidationError", message);
/** Over all conditions of a rule. Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const mostValues = 5;
const longestValue = 128;

/** From the API's form into ours. Throws AwsError for conditions that the load balancer could not judge. */
export function readConditions(conditions: readonly RuleCondition[] | undefined): RuleConditionRecord[] {
  if (conditions === undefined || conditions.length === 0) throw refuse("At least one condition must be specified");
  const read = conditions.map(readCondition);
  for (const { field } of read) if (field !== "http-header" && read.filter((other) => other.field === field).length > 1) throw refuse(`Only one condition for field '${field}' can be specified`);
  const values = read.flatMap((condition) => condition.values);
  if (values.length > mostValues) throw refuse(`A rule can only have '${String(mostValues)}' condition values`);
  for (const value of values) if (value === "" || value.length > longestValue) throw refuse(`Condition value '${value}' must be between '1' and '${String(longestValue)}' characters`);
  return read;
}

function readCondition(condition: RuleCondition): RuleConditionRecord {
  const { Field: field = "", Values = [], HostHeaderConfig, HttpHeaderConfig, HttpRequestMethodConfig, PathPatternConfig, RegexValues } = condition;
  if (RegexValues !== undefined || PathPatternConfig?.RegexValues !== undefined || HostHeaderConfig?.RegexValues !== undefined || HttpHeaderConfig?.RegexValues !== undefined) throw missing("regular expressions");
  switch (field) {
    case "path-pattern":
      return { field, values: given(PathPatternConfig?.Values ?? Values) };
    case "host-header":
      return { field, values: given(HostHeaderConfig?.Values ?? Values) };
    case "http-request-method":
      return { field, values: given(HttpRequestMethodConfig?.Values) };
    case "http-header":
      if (HttpHeaderConfig?.HttpHeaderName === undefined) throw refuse("A header name must be specified for condition field 'http-header'");
      return { field, name: HttpHeaderConfig.HttpHeaderName, values: given(HttpHeaderConfig.Values) };
    case "query-string":
    case "source-ip":
      throw missing(`the field ${field}`);
    default:
      throw refuse(`Condition field '${field}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'`);
  }
}

function given(values: readonly string[] | undefined): string[] {
  if (values === undefined || values.length === 0) throw refuse("A condition value must be specified");
  return [...values];
}

const missing = (what: string): AwsError => new AwsError("NotImplemented", `The conditions of the rehearsal's rules do not have ${what}. It would be in ci/rehearsal/src/services/elbv2/conditions.ts and src/load-balancer/rule-match.ts.`, { status: 501 });
