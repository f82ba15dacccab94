import { FilterLogEvents$, type FilterLogEventsRequest, type FilterLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { groupNamed, streamNamed } from "../create.ts";
import { matcherOf } from "../filter-pattern.ts";

/** Events of several streams, in the order of time. */
export const filterLogEvents = operation<FilterLogEventsRequest, FilterLogEventsResponse>({
  schema: FilterLogEvents$,
  access: ({ logGroupName, logGroupIdentifier }, { world }) => logsAccess("FilterLogEvents", world, logGroupName ?? logGroupIdentifier),
  run({ logGroupName, logGroupIdentifier, logStreamNames, logStreamNamePrefix, startTime = 0, endTime = Infinity, filterPattern = "", nextToken, limit = 10_000 }, { parts }) {
    if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) throw new AwsError("InvalidParameterException", "LogStreamNamePrefix and LogStreamNames cannot be specified together.");
    const group = groupNamed(parts, logGroupName ?? logGroupIdentifier ?? "");
    const streams = logStreamNames?.map((name) => streamNamed(group, name)) ?? Object.values(group.streams).filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ""));
    const isMatch = matcherOf(filterPattern);
    const found = streams
      .flatMap(({ name, events }) => events.map((event) => ({ ...event, stream: name })))
      .filter(({ atMs, message }) => atMs >= startTime && atMs <= endTime && isMatch(message))
      .toSorted((one, other) => one.atMs - other.atMs || (one.id < other.id ? -1 : 1));
    const from = nextToken === undefined ? 0 : found.findIndex(({ id }) => id === nextToken) + 1;
    if (nextToken !== undefined && from === 0) throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
    const shown = found.slice(from, from + limit);
    return {
      events: shown.map(({ id, stream, atMs, message, ingestedMs }) => ({ eventId: id, logStreamName: stream, timestamp: atMs, message, ingestionTime: ingestedMs })),
      searchedLogStreams: [],
      ...(from + limit < found.length ? { nextToken: shown.at(-1)?.id } : {}),
    };
  },
});
