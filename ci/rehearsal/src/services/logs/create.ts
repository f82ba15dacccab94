import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { logsSlice, type LogGroupRecord, type LogStreamRecord } from "./state.ts";

/** Days that AWS takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

export function createLogGroup(parts: Parts, { name, retentionDays, tags = {} }: { readonly name: string; readonly retentionDays?: number | undefined; readonly tags?: Readonly<Record<string, string>> | undefined }): LogGroupRecord {
  const { groups } = parts.world.slice(logsSlice);
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw new AwsError("InvalidParameterException", `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`);
  if (groups[name] !== undefined) throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
  const group: LogGroupRecord = { name, arn: parts.world.arn("logs", `log-group:${name}`), createdMs: Math.floor(parts.clock.now()), tags: { ...tags }, streams: {} };
  if (retentionDays !== undefined) setRetention(group, retentionDays);
  groups[name] = group;
  return group;
}

export function createLogStream(parts: Parts, group: LogGroupRecord, name: string): LogStreamRecord {
  if (!/^[^:*]{1,512}$/.test(name)) throw new AwsError("InvalidParameterException", `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`);
  if (group.streams[name] !== undefined) throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
  const stream: LogStreamRecord = { name, arn: `${group.arn}:log-stream:${name}`, createdMs: Math.floor(parts.clock.now()), events: [], dropped: 0 };
  group.streams[name] = stream;
  return stream;
}

/** Nothing is ever deleted by it: a rehearsal is over long before. */
export function setRetention(group: LogGroupRecord, days: number): void {
  if (!retentions.includes(days)) throw new AwsError("InvalidParameterException", `1 validation error detected: Value '${String(days)}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(", ")}]`);
  group.retentionDays = days;
}

/** AWS's own error where there is none of that name. */
export function groupNamed(parts: Parts, nameOrArn: string): LogGroupRecord {
  const name = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
  const group = parts.world.slice(logsSlice).groups[name];
  if (group === undefined) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  return group;
}

export function streamNamed(group: LogGroupRecord, name: string): LogStreamRecord {
  const stream = group.streams[name];
  if (stream === undefined) throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  return stream;
}
