import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startMs, startRehearsal } from "../support/rehearsal.ts";
import { cborCall, form, goCbor, json, post, signature } from "./raw-calls.ts";

const alarm = { AlarmName: "a", Namespace: "Test", MetricName: "m", Statistic: "Sum", Period: 60, EvaluationPeriods: 2, Threshold: 5, ComparisonOperator: "GreaterThanThreshold" };
const granite = "GraniteServiceVersion20100801";
const asForm = (of: Readonly<Record<string, unknown>>): Record<string, string> => Object.fromEntries(Object.entries(of).map(([key, value]) => [key, String(value)]));

describe("the query protocol", () => {
  it("takes a form and answers in XML", async () => {
    const { rehearsal } = await startRehearsal();
    const put = await form(rehearsal.url, "monitoring", { Action: "PutMetricAlarm", Version: "2010-08-01", ...asForm(alarm), "Dimensions.member.1.Name": "d", "Dimensions.member.1.Value": "v", "AlarmActions.member.1": "arn:aws:sns:eu-west-1:123456789012:t" });
    expect(put).toMatchObject({ status: 200, text: expect.stringMatching(/^<PutMetricAlarmResponse xmlns="http:\/\/monitoring\.amazonaws\.com\/doc\/2010-08-01\/">.*<ResponseMetadata><RequestId>/) as unknown });
    const { text } = await form(rehearsal.url, "monitoring", { Action: "DescribeAlarms", Version: "2010-08-01", "AlarmNames.member.1": "a" });
    expect(text).toContain("<MetricAlarms><member><AlarmName>a</AlarmName>");
    expect(text).toContain("<AlarmActions><member>arn:aws:sns:eu-west-1:123456789012:t</member></AlarmActions>");
    expect(text).toContain("<StateUpdatedTimestamp>2026-01-15T12:00:00");
    expect(text).toContain("<Threshold>5</Threshold>");
  });

  it("gives errors their short codes", async () => {
    const { rehearsal } = await startRehearsal();
    const answer = await form(rehearsal.url, "monitoring", { Action: "SetAlarmState", Version: "2010-08-01", AlarmName: "none", StateValue: "OK", StateReason: "x" });
    expect(answer.status).toBe(404);
    expect(answer.text).toContain("<Error><Type>Sender</Type><Code>ResourceNotFound</Code><Message>Could not find the alarm none</Message></Error>");
  });

  it.each([
    ["a member that is missing", { Action: "PutMetricAlarm", AlarmName: "a" }, 400, "<Code>ValidationError</Code>"],
    ["a value of another type", { Action: "PutMetricAlarm", ...asForm(alarm), Threshold: "high" }, 400, "<Code>SerializationException</Code><Message>PutMetricAlarm: Threshold has to be a number, and is a string.</Message>"],
    ["a form without Action", { Version: "2010-08-01" }, 400, "<Code>UnknownOperationException</Code>"],
    ["an operation that is not there", { Action: "PutDashboard", DashboardName: "d" }, 501, "<Code>NotImplemented</Code>"],
  ])("refuses %s in XML", async (_what, fields, status, text) => {
    const { rehearsal } = await startRehearsal();
    const answer = await form(rehearsal.url, "monitoring", fields);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });
});

describe("CBOR", () => {
  it("takes maps of no stated length, as the Go SDK writes them, and times with their mark", async () => {
    const { rehearsal } = await startRehearsal();
    expect(await cborCall(rehearsal.url, "PutMetricData", goCbor({ Namespace: "Test", MetricData: [{ MetricName: "m", Value: 3, Timestamp: new Date(startMs) }] }))).toMatchObject({ status: 200 });
    expect(await cborCall(rehearsal.url, "PutMetricAlarm", goCbor(alarm))).toMatchObject({ status: 200 });
    const { document, headers } = await cborCall(rehearsal.url, "DescribeAlarms", goCbor({ AlarmNames: ["a"] }));
    expect(headers.get("smithy-protocol")).toBe("rpc-v2-cbor");
    expect(document).toMatchObject({ MetricAlarms: [{ AlarmName: "a", Threshold: 5, StateValue: "INSUFFICIENT_DATA" }] });
    const data = await cborCall(rehearsal.url, "GetMetricStatistics", goCbor({ Namespace: "Test", MetricName: "m", Period: 60, Statistics: ["Sum"], StartTime: new Date(startMs - 60_000), EndTime: new Date(startMs + 60_000) }));
    expect(data.document).toMatchObject({ Datapoints: [{ Sum: 3 }] });
  });

  it("answers errors in CBOR, with the query code beside", async () => {
    const { rehearsal } = await startRehearsal();
    const { status, headers, document } = await cborCall(rehearsal.url, "SetAlarmState", goCbor({ AlarmName: "none", StateValue: "OK", StateReason: "x" }));
    expect({ status, code: headers.get("x-amzn-query-error"), type: headers.get("content-type") }).toEqual({ status: 404, code: "ResourceNotFound;Sender", type: "application/cbor" });
    expect(document).toMatchObject({ __type: "ResourceNotFound", message: "Could not find the alarm none" });
  });

  it.each([
    ["what is not CBOR", Uint8Array.of(0xff, 0x13, 0x37), 400, { __type: "SerializationException" }],
    ["a truncated map", goCbor(alarm).slice(0, 20), 400, { __type: "SerializationException" }],
    ["a member that is missing", goCbor({ AlarmName: "a" }), 400, { __type: "ValidationException" }],
    ["a value of another type", goCbor({ ...alarm, AlarmName: 7 }), 400, { __type: "SerializationException", message: "PutMetricAlarm: AlarmName has to be a string, and is a number." }],
  ])("refuses %s in CBOR", async (_what, body, status, document) => {
    const { rehearsal } = await startRehearsal();
    expect(await cborCall(rehearsal.url, "PutMetricAlarm", body)).toMatchObject({ status, document });
  });

  it("says in CBOR what it does not have", async () => {
    const { rehearsal } = await startRehearsal();
    expect(await cborCall(rehearsal.url, "PutDashboard", goCbor({ DashboardName: "d" }))).toMatchObject({ status: 501, document: { __type: "NotImplemented" } });
  });
});

describe("JSON", () => {
  it("notes a member that the service does not have, and goes on", async () => {
    const { rehearsal } = await startRehearsal();
    expect(await json(rehearsal.url, "monitoring", `${granite}.PutMetricAlarm`, { ...alarm, Treshold: 7 })).toMatchObject({ status: 200 });
    expect(rehearsal.parts.timeline.since().find(({ what }) => what === "unknown-members")).toMatchObject({ detail: { operation: "PutMetricAlarm", members: ["Treshold"] } });
  });

  it.each([
    ["what is not JSON", "{", "SerializationException"],
    ["a member that is missing", { AlarmName: "a" }, "ValidationException"],
    ["a value of another type", { ...alarm, Threshold: "high" }, "SerializationException"],
    ["a list that is none", { ...alarm, Dimensions: {} }, "SerializationException"],
  ])("refuses %s", async (_what, body, type) => {
    const { rehearsal } = await startRehearsal();
    const { status, text } = await json(rehearsal.url, "monitoring", `${granite}.PutMetricAlarm`, body);
    expect({ status, type: (JSON.parse(text) as { __type: string }).__type }).toEqual({ status: 400, type });
  });

  it("refuses a time that is a text", async () => {
    const { rehearsal } = await startRehearsal();
    const { status, text } = await json(rehearsal.url, "monitoring", `${granite}.DescribeAlarmHistory`, { StartDate: "yesterday" });
    expect(status).toBe(400);
    expect(text).toContain("StartDate has to be a time, and is a string");
  });
});

describe("whatever the dialect", () => {
  it.each(["x-amz-json-1.0", "x-www-form-urlencoded"])("refuses a body of over 1 MiB, in the form of its client: %s", async (type) => {
    const { rehearsal } = await startRehearsal();
    const { status, text } = await post(rehearsal.url, { ...signature("monitoring"), "content-type": `application/${type}` }, "x".repeat(1024 * 1024 + 1));
    expect(status).toBe(413);
    expect(text).toContain(type.startsWith("x-www") ? "<Code>RequestEntityTooLarge</Code>" : '"__type":"RequestEntityTooLarge"');
  });

  it("refuses a compressed body that is over 1 MiB when it is unpacked", async () => {
    const { rehearsal } = await startRehearsal();
    const { status } = await post(rehearsal.url, { ...signature("monitoring"), "content-encoding": "gzip", "x-amz-target": `${granite}.PutMetricData` }, gzipSync("x".repeat(2 * 1024 * 1024)));
    expect(status).toBe(413);
  });

  it("refuses a body that is not the gzip that it says", async () => {
    const { rehearsal } = await startRehearsal();
    const { status, text } = await post(rehearsal.url, { ...signature("monitoring"), "content-encoding": "gzip", "x-amz-target": `${granite}.PutMetricData` }, "plain");
    expect(status).toBe(400);
    expect(text).toContain("is not gzip");
  });

  it("refuses a request without a signature", async () => {
    const { rehearsal } = await startRehearsal();
    const { status, text } = await post(rehearsal.url, { "x-amz-target": `${granite}.DescribeAlarms` }, "{}");
    expect(status).toBe(403);
    expect(text).toContain("MissingAuthenticationToken");
  });

  it("names the folder of a service that it does not have", async () => {
    const { rehearsal } = await startRehearsal();
    const { status, text } = await json(rehearsal.url, "dynamodb", "DynamoDB_20120810.ListTables", {});
    expect(status).toBe(501);
    expect(text).toContain("The rehearsal has no service dynamodb (asked for ListTables). It would be a folder ci/rehearsal/src/services/dynamodb.");
  });

  it("refuses a request that names no operation", async () => {
    const { rehearsal } = await startRehearsal();
    const { status, text } = await post(rehearsal.url, signature("monitoring"), "{}");
    expect(status).toBe(400);
    expect(text).toContain("UnknownOperationException");
  });
});
