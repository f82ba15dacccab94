import { DescribeLogGroups$, type DescribeLogGroupsRequest, type DescribeLogGroupsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { logsSlice, type LogGroupRecord } from "../state.ts";

export const describeLogGroups = operation<DescribeLogGroupsRequest, DescribeLogGroupsResponse>({
  schema: DescribeLogGroups$,
  access: (_input, { world }) => logsAccess("DescribeLogGroups", world, undefined),
  run({ logGroupNamePrefix = "", logGroupNamePattern = "", nextToken, limit = 50 }, { parts }) {
    if (limit < 1 || limit > 50) throw new AwsError("InvalidParameterException", `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and 50`);
    const found = Object.values(parts.world.slice(logsSlice).groups)
      .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.toLowerCase().includes(logGroupNamePattern.toLowerCase()) && (nextToken === undefined || name > nextToken))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const shown = found.slice(0, limit);
    return { logGroups: shown.map(shownGroup), ...(found.length > limit ? { nextToken: shown.at(-1)?.name } : {}) };
  },
});

const shownGroup = ({ name, arn, createdMs, retentionDays, streams }: LogGroupRecord) => ({
  logGroupName: name,
  arn: `${arn}:*`,
  logGroupArn: arn,
  creationTime: createdMs,
  retentionInDays: retentionDays,
  metricFilterCount: 0,
  storedBytes: Object.values(streams).reduce((sum, { events }) => sum + events.reduce((bytes, { message }) => bytes + message.length, 0), 0),
});
