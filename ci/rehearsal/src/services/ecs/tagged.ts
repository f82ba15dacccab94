import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecsState } from "./state.ts";

/** The tags of whatever has that ARN, to be read and changed. */
export function tagsByArn(parts: Parts, arn: string): Record<string, string> {
  const { clusters, taskDefinitions, services, taskSets, tasks } = ecsState(parts);
  const found = [...clusters, ...taskDefinitions, ...services, ...taskSets, ...tasks].find((candidate) => candidate.arn === arn);
  if (found === undefined) throw new AwsError("InvalidParameterException", "The specified resource was not found.");
  return found.tags;
}
