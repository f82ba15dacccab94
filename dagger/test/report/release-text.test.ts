import { expect, it } from "vitest";
import type { ReleaseEvent } from "../../src/report/release-events.ts";
import type { HistoryEntry, Status } from "../../src/report/release-schema.ts";
import { historyText, statusText } from "../../src/report/release-tables.ts";
import { backText, formatClock, releaseText, trafficBar } from "../../src/report/release-text.ts";
import { released, rolledBack } from "./release-story.ts";

const written = (events: readonly ReleaseEvent[]): string => {
  const text = releaseText();
  return events.flatMap((event) => text(event) ?? []).join("\n");
};

it("writes a release line by line, with the time since its start, the traffic and the alarms", () => {
  expect(written(released)).toMatchInlineSnapshot(`
    "   0:00  image proxy           pushed          bbbbbbbbbbbb
       0:00  release of 1a2b3c4, in place of 9f8e7d6: 3 changes
               containers.proxy.image:
               123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes-proxy@aaaaaaaaaaaa ->
               123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes-proxy@bbbbbbbbbbbb
               cpu: 256 -> 512
               containers.proxy.user: new, 101
             note: The database is a sidecar: each release begins with an empty one, which is fit for a
             demonstration and for nothing that somebody wants to keep.
       0:01  task definition       notes-task:7
       0:01  deployment d-1ABCDEFGH                created
       0:03  Install               in progress                        alarms ok
       1:05  Install               done, 1:02                         alarms ok
       1:06  AllowTraffic          in progress                        alarms ok
       1:06  AllowTraffic          in progress     █░░░░░░░░░ 10 %    alarms ok
       2:06  AllowTraffic          in progress     ██░░░░░░░░ 20 %    alarms ok
       3:06  AllowTraffic          in progress     ███░░░░░░░ 30 %    alarms ok
       4:06  AllowTraffic          in progress     ████░░░░░░ 40 %    alarms ok
       5:06  AllowTraffic          in progress     █████░░░░░ 50 %    alarms ok
       6:06  AllowTraffic          in progress     ██████░░░░ 60 %    alarms ok
       7:06  AllowTraffic          in progress     ███████░░░ 70 %    alarms ok
       8:06  AllowTraffic          in progress     ████████░░ 80 %    alarms ok
       9:06  AllowTraffic          in progress     █████████░ 90 %    alarms ok
      10:06  AllowTraffic          in progress     ██████████ 100 %   alarms ok
      10:06  AllowTraffic          done, 9:00      ██████████ 100 %   alarms ok
      15:32  released: Deployment d-1ABCDEFGH has all traffic: the new version is released.
             First traffic after 1 min 6 s, all after 10 min 6 s, over after 15 min 32 s."
  `);
});

it("writes why a release was rolled back, and what to do", () => {
  expect(written(rolledBack)).toMatchInlineSnapshot(`
    "   0:00  image proxy           pushed          bbbbbbbbbbbb
       0:00  release of 1a2b3c4, in place of 9f8e7d6: 3 changes
               containers.proxy.image:
               123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes-proxy@aaaaaaaaaaaa ->
               123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes-proxy@bbbbbbbbbbbb
               cpu: 256 -> 512
               containers.proxy.user: new, 101
             note: The database is a sidecar: each release begins with an empty one, which is fit for a
             demonstration and for nothing that somebody wants to keep.
       0:01  task definition       notes-task:7
       0:01  deployment d-1ABCDEFGH                created
       0:03  Install               in progress                        alarms ok
       1:05  Install               done, 1:02                         alarms ok
       1:06  AllowTraffic          in progress                        alarms ok
       1:06  AllowTraffic          in progress     █░░░░░░░░░ 10 %    alarms ok
       2:06  AllowTraffic          in progress     ██░░░░░░░░ 20 %    alarms ok
       2:10  try 2: ThrottlingException: Rate exceeded
       2:30  task 01234567 stopped: Essential container in task exited
               proxy: exit code 3
                 | cannot reach �[31mthe backend
                 | giving up
               backend: exit code 0
       3:13  alarm notes-5xx-alarm: ALARM
               Threshold Crossed: 2 out of the last 2 datapoints [12.5 (15/01/26 12:02:00), 9.0
               (15/01/26 12:01:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK
               -> ALARM transition).
       3:20  AllowTraffic          failed, 2:14    ██░░░░░░░░ 20 %    ALARM notes-5xx-alarm
               One or more alarms have been activated.
       3:20  rolled back by d-2ROLLBACK, because an alarm of the deployment group fired, or its state
             could not be read
       3:20  traffic               all back        ░░░░░░░░░░ 0 %     ALARM notes-5xx-alarm
       3:22  rolled back: Deployment d-1ABCDEFGH ended as Stopped, because an alarm fired (ALARM_ACTIVE)
             and was rolled back by d-2ROLLBACK; all traffic is on the version that ran before.
             First traffic after 1 min 6 s, over after 3 min 22 s.
               - Alarm notes-5xx-alarm fired: Threshold Crossed: 2 out of the last 2 datapoints [12.5
               (15/01/26 12:02:00), 9.0 (15/01/26 12:01:00)] were greater than the threshold (5.0)
               (minimum 2 datapoints for OK -> ALARM transition).
               - 1 task stopped: Essential container in task exited
               - Ended: proxy with exit code 3
               - AllowTraffic failed: One or more alarms have been activated.
             Look at the alarm's datapoints and at the logs of the new version, mend it, and release
             again."
  `);
});

it("has no line over 100 columns, and nothing that a terminal would obey", () => {
  for (const events of [released, rolledBack]) {
    expect(Math.max(...written(events).split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(written(events)).not.toMatch(/\u001b/);
  }
});

it("paints, and says the same without paint", () => {
  const painted = releaseText((style, text) => `<${style}>${text}</${style}>`);
  const text = rolledBack.flatMap((event) => painted(event) ?? []).join("\n");
  expect(text).toContain("<green>alarms ok</green>");
  expect(text).toContain("<red>ALARM notes-5xx-alarm</red>");
  expect(text.replaceAll(/<\/?(bold|dim|green|red|yellow)>/g, "")).toBe(written(rolledBack));
});

it.each([
  [0, "░░░░░░░░░░ 0 %"],
  [0.1, "█░░░░░░░░░ 0.1 %"],
  [40, "████░░░░░░ 40 %"],
  [99.9, "█████████░ 99.9 %"],
  [100, "██████████ 100 %"],
])("draws %d %% of the traffic", (percent, bar) => {
  expect(trafficBar(percent)).toBe(bar);
});

it.each([
  [0, "0:00"],
  [140_000, "2:20"],
  [3_725_000, "1:02:05"],
  [-5, "0:00"],
])("writes %d ms as %s", (ms, text) => {
  expect(formatClock(ms)).toBe(text);
});

it("says how long it took to be back", () => {
  expect(backText("1a2b3c4".padEnd(40, "0"), 72_000)).toBe("All traffic was back on 1a2b3c4 1 min 12 s after the command.");
});

const entry = (over: Partial<HistoryEntry>): HistoryEntry => ({ deploymentId: "d-1ABCDEFGH", what: "release", outcome: "released", commit: "a".repeat(40), by: "ada", startedAt: "2026-01-15T12:00:00.000Z", endedAt: "2026-01-15T12:15:32.000Z", durationMs: 932_000, ...over });

it("lists the history in columns", () => {
  const history = historyText([entry({ outcome: "running" }), entry({ what: "rollback", by: "Grace Hopper of the operations team <grace.hopper@operations.example.org>" }), entry({ outcome: "rolled-back", errorCode: "ALARM_ACTIVE" })]);
  expect(history).toMatchInlineSnapshot(`
    "commit   what      outcome      started, UTC      took         deployment   by
    aaaaaaa  release   running      2026-01-15 12:00  15 min 32 s  d-1ABCDEFGH  ada
    aaaaaaa  rollback  released     2026-01-15 12:00  15 min 32 s  d-1ABCDEFGH  Grace Hopper of the ope…
    aaaaaaa  release   rolled-back  2026-01-15 12:00  15 min 32 s  d-1ABCDEFGH  ada
                       ALARM_ACTIVE
    "
  `);
  expect(Math.max(...history.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(historyText([])).toBe("Nothing was ever released.\n");
});

it("says below a release why it went against the rules", () => {
  const history = historyText([entry({ errorCode: "ALARM_ACTIVE", outcome: "rolled-back", breakGlass: "the house burns, the gates are down, and nobody who could mend them is awake at this hour of the night" }), entry({})]);
  expect(history).toMatchInlineSnapshot(`
    "commit   what     outcome      started, UTC      took         deployment   by
    aaaaaaa  release  rolled-back  2026-01-15 12:00  15 min 32 s  d-1ABCDEFGH  ada
                       ALARM_ACTIVE
                       break-glass: the house burns, the gates are down, and nobody who could mend them
                       is awake at this hour of the night
    aaaaaaa  release  released     2026-01-15 12:00  15 min 32 s  d-1ABCDEFGH  ada
    "
  `);
  expect(Math.max(...history.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

it("shows what runs", () => {
  const status: Status = {
    at: "2026-01-15T12:05:00.000Z",
    service: "notes-service",
    versions: [
      { primary: true, commit: "a".repeat(40), taskDefinitionArn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:6", deploymentId: "d-0ABCDEFGH", since: "2026-01-14T09:00:00.000Z", percent: 70, running: 2, desired: 2 },
      { primary: false, taskDefinitionArn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/notes-task:7", percent: 30, running: 1, desired: 2 },
    ],
    deployment: { deploymentId: "d-1ABCDEFGH", what: "release", status: "InProgress", commit: "b".repeat(40), by: "ada", startedAt: "2026-01-15T12:00:00.000Z" },
    alarms: [{ name: "notes-5xx-alarm", state: "OK", reason: "" }],
    unread: ["targets (elasticloadbalancing:DescribeTargetHealth): not authorized"],
  };
  expect(statusText(status)).toMatchInlineSnapshot(`
    "notes-service, 2026-01-15 12:05 UTC
    version             traffic  tasks   since                 revision      deployment
    aaaaaaa    primary  70 %     2 of 2  2026-01-14 09:00 UTC  notes-task:6  d-0ABCDEFGH
    no commit           30 %     1 of 2                        notes-task:7
    Deployment d-1ABCDEFGH (release of bbbbbbb by ada) is InProgress, since 2026-01-15 12:00 UTC.
    alarm notes-5xx-alarm: OK
    could not be read: targets (elasticloadbalancing:DescribeTargetHealth): not authorized
    "
  `);
});
