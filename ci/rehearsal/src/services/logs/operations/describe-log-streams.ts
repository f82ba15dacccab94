import { DescribeLogStreams$, type DescribeLogStreamsRequest, type DescribeLogStreamsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { groupNamed } from "../create.ts";
import type { LogStreamRecord } from "../state.ts";

export const describeLogStreams = operation<DescribeLogStreamsRequest, DescribeLogStreamsResponse>({
  schema: DescribeLogStreams$,
  access: ({ logGroupName, logGroupIdentifier }, { world }) => logsAccess("DescribeLogStreams", world, logGroupName ?? logGroupIdentifier),
  run({ logGroupName, logGroupIdentifier, logStreamNamePrefix, orderBy = "LogStreamName", descending = false, nextToken, limit = 50 }, { parts }) {
    if (orderBy === "LastEventTime" && logStreamNamePrefix !== undefined) throw new AwsError("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
    const streams = Object.values(groupNamed(parts, logGroupName ?? logGroupIdentifier ?? "").streams).filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ""));
    const sorted = streams.toSorted((one, other) => (orderBy === "LastEventTime" ? lastMs(one) - lastMs(other) : one.name < other.name ? -1 : 1));
    if (descending) sorted.reverse();
    const start = nextToken === undefined ? 0 : Number(nextToken);
    if (!Number.isInteger(start)) throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
    return { logStreams: sorted.slice(start, start + limit).map(shownStream), ...(start + limit < sorted.length ? { nextToken: String(start + limit) } : {}) };
  },
});

const lastMs = ({ events, createdMs }: LogStreamRecord): number => events.at(-1)?.atMs ?? createdMs;

const shownStream = ({ name, arn, createdMs, events }: LogStreamRecord) => ({
  logStreamName: name,
  arn,
  creationTime: createdMs,
  firstEventTimestamp: events[0]?.atMs,
  lastEventTimestamp: events.at(-1)?.atMs,
  lastIngestionTime: events.at(-1)?.ingestedMs,
  uploadSequenceToken: "1",
  storedBytes: 0,
});
