import { GetLogEvents$, type GetLogEventsRequest, type GetLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { groupNamed, streamNamed } from "../create.ts";
import { cursorOf, tokenOf } from "../cursor.ts";

/** Before all events, and after them. */
const start = "0".repeat(56);

export const getLogEvents = operation<GetLogEventsRequest, GetLogEventsResponse>({
  schema: GetLogEvents$,
  access: ({ logGroupName, logGroupIdentifier, logStreamName }, { world }) => logsAccess("GetLogEvents", world, logGroupName ?? logGroupIdentifier, logStreamName),
  run({ logGroupName, logGroupIdentifier, logStreamName = "", startTime = 0, endTime = Infinity, nextToken, limit = 10_000, startFromHead = false }, { parts }) {
    if (limit < 1 || limit > 10_000) throw new AwsError("InvalidParameterException", `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and 10000`);
    const { events } = streamNamed(groupNamed(parts, logGroupName ?? logGroupIdentifier ?? ""), logStreamName);
    // By time and then as they came in: an event put late stands before others of smaller ids.
    const within = events.filter(({ atMs }) => atMs >= startTime && atMs < endTime);
    const cursor = nextToken === undefined ? undefined : cursorOf(nextToken);
    const place = cursor === undefined || cursor.id === start ? -1 : within.findIndex(({ id }) => id === cursor.id);
    const isForward = cursor === undefined ? startFromHead : cursor.direction === "f";
    const rest = cursor === undefined ? within : isForward ? within.slice(place + 1) : within.slice(0, Math.max(place, 0));
    const shown = isForward ? rest.slice(0, limit) : rest.slice(-limit);
    return {
      events: shown.map(({ atMs, message, ingestedMs }) => ({ timestamp: atMs, message, ingestionTime: ingestedMs })),
      nextForwardToken: tokenOf({ direction: "f", id: shown.at(-1)?.id ?? cursor?.id ?? start }),
      nextBackwardToken: tokenOf({ direction: "b", id: shown[0]?.id ?? cursor?.id ?? start }),
    };
  },
});
