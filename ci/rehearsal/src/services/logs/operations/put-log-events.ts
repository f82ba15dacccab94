import { PutLogEvents$, type PutLogEventsRequest, type PutLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { groupNamed, streamNamed } from "../create.ts";
import { addEvent } from "../log-streams.ts";

const dayMs = 24 * 3_600_000;

/** Sequence tokens are taken and ignored, as AWS does since 2023. */
export const putLogEvents = operation<PutLogEventsRequest, PutLogEventsResponse>({
  schema: PutLogEvents$,
  access: ({ logGroupName, logStreamName }, { world }) => logsAccess("PutLogEvents", world, logGroupName, logStreamName),
  run({ logGroupName = "", logStreamName = "", logEvents = [] }, { parts }) {
    const stream = streamNamed(groupNamed(parts, logGroupName), logStreamName);
    if (logEvents.length < 1 || logEvents.length > 10_000) throw new AwsError("InvalidParameterException", "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and 10000");
    const events = logEvents.map(({ timestamp = 0, message = "" }) => ({ atMs: timestamp, message }));
    if (events.some(({ atMs }, index) => atMs < (events[index - 1]?.atMs ?? 0))) throw new AwsError("InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.");
    if (events.some(({ message }) => message === "")) throw new AwsError("InvalidParameterException", "Log event message must not be empty.");
    const now = parts.clock.now();
    const tooOld = events.filter(({ atMs }) => atMs < now - 14 * dayMs).length;
    const tooNew = events.findIndex(({ atMs }) => atMs > now + 2 * 3_600_000);
    for (const event of events.slice(tooOld, tooNew < 0 ? undefined : tooNew)) addEvent(parts, stream, event);
    const rejected = { ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}), ...(tooNew >= 0 ? { tooNewLogEventStartIndex: tooNew } : {}) };
    return { nextSequenceToken: "1", ...(Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {}) };
  },
});
