import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand, CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { expect, it } from "vitest";
import { overview } from "../../src/command-line/overview.ts";
import { faults } from "../../src/faults/faults.ts";
import { startRehearsal } from "../support/rehearsal.ts";

it("throttles the calls that a fault means, and no others", async () => {
  const { rehearsal, client } = await startRehearsal();
  rehearsal.parts.get(faults).inject({ kind: "throttle", share: 1, service: "logs", operation: "DescribeLogGroups", when: {} });
  await expect(new CloudWatchLogsClient(client).send(new DescribeLogGroupsCommand())).rejects.toMatchObject({ name: "ThrottlingException", message: "Rate exceeded" });
  await expect(new CloudWatchClient(client).send(new DescribeAlarmsCommand())).resolves.toBeDefined();
});

it("strikes no call of the rehearsal's own command line, and every other by the same key", async () => {
  const { rehearsal, client } = await startRehearsal();
  rehearsal.parts.get(faults).inject({ kind: "throttle", share: 1, when: {} });
  await expect(overview(rehearsal.url, client.region)).resolves.toEqual({ services: [], groups: [], alarms: [] });
  await expect(new CloudWatchClient(client).send(new DescribeAlarmsCommand())).rejects.toMatchObject({ message: "Rate exceeded" });
});

it("answers 500 as often as a fault says, and then no more", async () => {
  const { rehearsal, client } = await startRehearsal();
  rehearsal.parts.get(faults).inject({ kind: "api-error", how: "500", share: 1, when: { times: 1 } });
  await expect(new CloudWatchClient(client).send(new DescribeAlarmsCommand())).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  await expect(new CloudWatchClient(client).send(new DescribeAlarmsCommand())).resolves.toBeDefined();
});

it("cuts the connection", async () => {
  const { rehearsal, client } = await startRehearsal();
  rehearsal.parts.get(faults).inject({ kind: "api-error", how: "hang-up", share: 1, when: { times: 1 } });
  await expect(new CloudWatchClient(client).send(new DescribeAlarmsCommand())).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(rehearsal.parts.timeline.since().at(-1)).toMatchObject({ what: "hung-up", detail: { operation: "DescribeAlarms" } });
});
