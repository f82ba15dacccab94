import { expect, it } from "vitest";
import { eventsOf, nextStage, stages } from "../../../src/services/codedeploy/lifecycle.ts";
import { outcomeOf, type Cause } from "../../../src/services/codedeploy/outcome.ts";
import { eventNames, type RollbackEvent, type Stage } from "../../../src/services/codedeploy/state.ts";

const all: readonly RollbackEvent[] = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
const alarm: Cause = { kind: "alarm", activated: ["errors", "latency"] };
const failure: Cause = { kind: "failed", code: "HOOK_EXECUTION_FAILURE", message: "no" };

it.each<[string, Cause, readonly RollbackEvent[], Stage, object]>([
  ["an alarm", alarm, all, "AllowTraffic", { status: "Stopped", code: "ALARM_ACTIVE", isRolledBack: true }],
  ["an alarm, rolled back for failures only", alarm, ["DEPLOYMENT_FAILURE"], "AllowTraffic", { status: "Stopped", isRolledBack: false }],
  ["an alarm before anything", alarm, all, "Created", { status: "Stopped", isRolledBack: true }],
  ["a stop", { kind: "stopped" }, all, "AllowTraffic", { status: "Stopped", code: "MANUAL_STOP", isRolledBack: true }],
  ["a stop, in a group that says nothing of it", { kind: "stopped" }, ["DEPLOYMENT_FAILURE"], "AllowTraffic", { isRolledBack: false }],
  ["a stop with a rollback asked for", { kind: "stopped", rollback: true }, [], "AllowTraffic", { isRolledBack: true }],
  ["a stop with none wanted", { kind: "stopped", rollback: false }, all, "AllowTraffic", { isRolledBack: false }],
  ["a failure", failure, all, "AfterInstall", { status: "Failed", code: "HOOK_EXECUTION_FAILURE", isRolledBack: true }],
  ["a failure in BeforeInstall", failure, all, "BeforeInstall", { status: "Failed", isRolledBack: false }],
  ["nobody said go on", { kind: "ready-timeout", minutes: 60 }, all, "ReadyWait", { status: "Stopped", code: "TIMEOUT", message: "The deployment timed out while waiting for a notification to continue. This time out period is 60 minutes.", isRolledBack: true }],
])("decides what becomes of it: %s", (_name, cause, events, stage, expected) => {
  expect(outcomeOf(cause, { stage, creator: "user", autoRollback: { enabled: events.length > 0, events: [...events] } })).toMatchObject(expected);
});

it("names the alarms as AWS does", () => {
  expect(outcomeOf(alarm, { stage: "Install", creator: "user", autoRollback: { enabled: false, events: [] } }).message).toBe(
    "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <errors> <latency>",
  );
});

it("never rolls a rollback back", () => {
  expect(outcomeOf(failure, { stage: "Rollback", creator: "codeDeployRollback", autoRollback: { enabled: true, events: [...all] } }).isRolledBack).toBe(false);
});

it("lists the eight lifecycle events in AWS's order, and every stage leads to an end", () => {
  expect(eventsOf("Created", { hasTestListener: true, waitsForReady: true })).toEqual(eventNames);
  for (const stage of Object.keys(stages) as Stage[]) {
    let steps = 0;
    for (let at: Stage | undefined = stage; at !== undefined; at = nextStage(at, { hasTestListener: false, waitsForReady: true })) steps += 1;
    expect(steps).toBeLessThan(15);
  }
});
