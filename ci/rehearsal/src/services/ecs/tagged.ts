import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecsState } from "./state.ts";

/** The tags of whatever has that ARN, to be read and changed; undefined when nothing has. */
export function findTagged(parts: Parts, arn: string): Record<string, string> | undefined {
  const { clusters, taskDefinitions, services, taskSets, tasks } = ecsState(parts);
  return [clusters, taskDefinitions, services, taskSets, tasks].map((records: readonly { readonly arn: string; readonly tags: Record<string, string> }[]) => records.find((candidate) => candidate.arn === arn)).find((found) => found !== undefined)?.tags;
}

export function tagsByArn(parts: Parts, arn: string): Record<string, string> {
  const found = findTagged(parts, arn);
  if (found === undefined) throw new AwsError("InvalidParameterException", "The specified resource was not found.");
  return found;
}
