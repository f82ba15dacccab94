import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, DescribeLogGroupsCommand, DescribeLogStreamsCommand, FilterLogEventsCommand, GetLogEventsCommand, PutLogEventsCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, it } from "vitest";
import { logsSlice } from "../../src/services/logs/state.ts";
import { putLogLine } from "../../src/services/logs/log-streams.ts";
import { startMs, startRehearsal } from "../support/rehearsal.ts";

const stream = { logGroupName: "/ecs/notes", logStreamName: "backend/backend/1" };

async function start(...messages: string[]) {
  const { rehearsal, client, clock } = await startRehearsal();
  const logs = new CloudWatchLogsClient(client);
  await logs.send(new CreateLogGroupCommand({ logGroupName: stream.logGroupName }));
  await logs.send(new CreateLogStreamCommand(stream));
  if (messages.length > 0) await logs.send(new PutLogEventsCommand({ ...stream, logEvents: messages.map((message, index) => ({ message, timestamp: startMs + index })) }));
  return { parts: rehearsal.parts, logs, clock };
}

const texts = (events: { message?: string | undefined }[] | undefined): (string | undefined)[] | undefined => events?.map(({ message }) => message);

it("gives what was put forwards, page by page, and the same token at the end", async () => {
  const { logs } = await start("a", "b", "c");
  const first = await logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true, limit: 2 }));
  const second = await logs.send(new GetLogEventsCommand({ ...stream, limit: 2, nextToken: first.nextForwardToken }));
  const third = await logs.send(new GetLogEventsCommand({ ...stream, limit: 2, nextToken: second.nextForwardToken }));
  expect([first, second, third].map(({ events }) => texts(events))).toEqual([["a", "b"], ["c"], []]);
  expect(third.nextForwardToken).toBe(second.nextForwardToken);
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ message: "d", timestamp: startMs + 10 }] }));
  expect(texts((await logs.send(new GetLogEventsCommand({ ...stream, nextToken: third.nextForwardToken }))).events)).toEqual(["d"]);
});

it("gives the newest first when asked without startFromHead, and goes backwards", async () => {
  const { logs } = await start("a", "b", "c");
  const newest = await logs.send(new GetLogEventsCommand({ ...stream, limit: 2 }));
  const older = await logs.send(new GetLogEventsCommand({ ...stream, limit: 2, nextToken: newest.nextBackwardToken }));
  const oldest = await logs.send(new GetLogEventsCommand({ ...stream, limit: 2, nextToken: older.nextBackwardToken }));
  expect([newest, older, oldest].map(({ events }) => texts(events))).toEqual([["b", "c"], ["a"], []]);
  expect(oldest.nextBackwardToken).toBe(older.nextBackwardToken);
});

it.each([
  ["ERROR", ["ERROR disk full", "WARN ERROR-like"]],
  ["ERROR disk", ["ERROR disk full"]],
  ['"disk full"', ["ERROR disk full"]],
  ["?full ?fine", ["ERROR disk full", "all fine"]],
  ["ERROR -WARN", ["ERROR disk full"]],
  ["error", []],
  ["", ["ERROR disk full", "WARN ERROR-like", "all fine"]],
])("filters by %s", async (filterPattern, expected) => {
  const { logs } = await start("ERROR disk full", "WARN ERROR-like", "all fine");
  expect(texts((await logs.send(new FilterLogEventsCommand({ logGroupName: stream.logGroupName, filterPattern }))).events)).toEqual(expected);
});

it("filters several streams in the order of time, page by page", async () => {
  const { parts, logs } = await start("a", "c");
  putLogLine(parts, { group: stream.logGroupName, stream: "other", message: "b", atMs: startMs });
  const first = await logs.send(new FilterLogEventsCommand({ logGroupName: stream.logGroupName, limit: 2 }));
  const second = await logs.send(new FilterLogEventsCommand({ logGroupName: stream.logGroupName, limit: 2, nextToken: first.nextToken }));
  expect([first, second].map(({ events }) => texts(events))).toEqual([["a", "b"], ["c"]]);
  expect(second.nextToken).toBeUndefined();
});

it("keeps what containers write, and shows groups and streams", async () => {
  const { parts, logs } = await start();
  putLogLine(parts, { group: "/ecs/new", stream: "web/web/2", message: "listening" });
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: "/ecs/new", retentionInDays: 14 }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/ecs/new" }));
  expect(logGroups).toMatchObject([{ logGroupName: "/ecs/new", arn: "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/new:*", retentionInDays: 14, storedBytes: 9 }]);
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: "/ecs/new", orderBy: "LastEventTime", descending: true }));
  expect(logStreams).toMatchObject([{ logStreamName: "web/web/2", firstEventTimestamp: startMs, lastEventTimestamp: startMs }]);
});

it("keeps so many events of a stream, and so much of a message", async () => {
  const { parts, logs } = await start();
  for (let line = 0; line < 5_010; line += 1) putLogLine(parts, { group: stream.logGroupName, stream: stream.logStreamName, message: String(line) });
  putLogLine(parts, { group: stream.logGroupName, stream: stream.logStreamName, message: "x".repeat(100_000) });
  const { events = [] } = await logs.send(new GetLogEventsCommand(stream));
  expect(events).toHaveLength(5_000);
  expect(events[0]?.message).toBe("11");
  expect(events.at(-1)?.message).toMatch(/x… \(100000 characters\)$/);
  expect(parts.world.slice(logsSlice).groups[stream.logGroupName]?.streams[stream.logStreamName]?.dropped).toBe(11);
});

describe("refuses", () => {
  it.each([
    ["a group that is there", new CreateLogGroupCommand({ logGroupName: stream.logGroupName }), "ResourceAlreadyExistsException", "The specified log group already exists"],
    ["a group's name with a space", new CreateLogGroupCommand({ logGroupName: "a b" }), "InvalidParameterException", /regular expression/],
    ["a stream that is there", new CreateLogStreamCommand(stream), "ResourceAlreadyExistsException", "The specified log stream already exists"],
    ["a stream's name with a colon", new CreateLogStreamCommand({ ...stream, logStreamName: "a:b" }), "InvalidParameterException", /regular expression/],
    ["a group that is not there", new GetLogEventsCommand({ ...stream, logGroupName: "none" }), "ResourceNotFoundException", "The specified log group does not exist."],
    ["a stream that is not there", new GetLogEventsCommand({ ...stream, logStreamName: "none" }), "ResourceNotFoundException", "The specified log stream does not exist."],
    ["a token of its own making", new GetLogEventsCommand({ ...stream, nextToken: "x" }), "InvalidParameterException", "The specified nextToken is invalid."],
    ["a JSON pattern", new FilterLogEventsCommand({ logGroupName: stream.logGroupName, filterPattern: "{ $.level = 50 }" }), "InvalidParameterException", /neither JSON/],
    ["an unclosed quotation", new FilterLogEventsCommand({ logGroupName: stream.logGroupName, filterPattern: '"disk' }), "InvalidParameterException", /not closed/],
    ["events out of order", new PutLogEventsCommand({ ...stream, logEvents: [{ message: "b", timestamp: startMs }, { message: "a", timestamp: startMs - 1 }] }), "InvalidParameterException", /chronological/],
    ["a retention of 15 days", new PutRetentionPolicyCommand({ logGroupName: stream.logGroupName, retentionInDays: 15 }), "InvalidParameterException", /retentionInDays/],
  ])("%s", async (_what, command, name, message) => {
    const { logs } = await start();
    const answer = logs.send(command as PutLogEventsCommand);
    await expect(answer).rejects.toMatchObject({ name });
    await expect(answer).rejects.toThrow(message);
  });
});

it("takes the events of a call that are neither too old nor too new, and names the others", async () => {
  const { logs } = await start();
  const day = 86_400_000;
  const logEvents = [-15 * day, 0, 3 * 3_600_000].map((offset) => ({ message: String(offset), timestamp: startMs + offset }));
  expect(await logs.send(new PutLogEventsCommand({ ...stream, logEvents }))).toMatchObject({ rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 } });
  expect(texts((await logs.send(new GetLogEventsCommand(stream))).events)).toEqual(["0"]);
});
