import { InvalidAppSpec, parseAppSpec } from "../appspec.ts";
import { stateOf } from "../find.ts";
import { DeploymentFailure, failed, type Run, type Step } from "../run.ts";
import { scheduleOf } from "../schedule.ts";
import type { Stage } from "../state.ts";
import { makePrimary, removeTaskSet } from "../task-sets.ts";
import { pointTestListener, weighProduction } from "../traffic.ts";
import { hook } from "./hook.ts";
import { install } from "./install.ts";

const minuteMs = 60_000;
/** From CreateDeployment to InProgress, and a rollback's whole length. */
const shortMs = 2000;

/**
 * What each stage does. Asked when it is entered, and again whenever something
 * may have changed or the process was started anew: each looks at what is, does
 * what is still missing, and says whether that was all.
 */
export const acts: Readonly<Record<Stage, (run: Run) => Step>> = {
  Created(run) {
    const untilMs = run.deployment.createdMs + shortMs;
    if (run.parts.clock.now() < untilMs) return { untilMs };
    run.deployment.status = "InProgress";
    run.deployment.startedMs = run.parts.clock.now();
    readAppSpec(run);
    return "done";
  },
  BeforeInstall: (run) => hook(run, "BeforeInstall"),
  Install: install,
  AfterInstall: (run) => hook(run, "AfterInstall"),
  AllowTestTraffic(run) {
    pointTestListener(run, "green");
    return "done";
  },
  AfterAllowTestTraffic: (run) => hook(run, "AfterAllowTestTraffic"),
  ReadyWait(run) {
    const { deployment, parts } = run;
    const { waitTimeInMinutes: minutes } = deployment.settings.ready;
    const untilMs = deployment.stageSinceMs + minutes * minuteMs;
    deployment.status = deployment.isContinued ? "InProgress" : "Ready";
    if (deployment.isContinued) return "done";
    if (parts.clock.now() >= untilMs) throw new DeploymentFailure({ kind: "ready-timeout", minutes });
    return { untilMs };
  },
  BeforeAllowTraffic: (run) => hook(run, "BeforeAllowTraffic"),
  AllowTraffic: allowTraffic,
  AfterAllowTraffic: (run) => hook(run, "AfterAllowTraffic"),
  TerminationWait(run) {
    const { deployment, parts } = run;
    makePrimary(run, deployment.green?.taskSetArn);
    const untilMs = deployment.stageSinceMs + deployment.settings.termination.terminationWaitTimeInMinutes * minuteMs;
    return deployment.isContinued || parts.clock.now() >= untilMs ? "done" : { untilMs };
  },
  Termination(run) {
    if (run.deployment.settings.termination.action === "TERMINATE") removeTaskSet(run, run.deployment.blue?.taskSetArn);
    run.cloud.tellCandidateTraffic(0);
    return "done";
  },
  Rollback(run) {
    const { deployment, parts } = run;
    if (deployment.shiftsDone === 0) {
      weighProduction(run, 0);
      pointTestListener(run, "blue");
      makePrimary(run, deployment.blue?.taskSetArn);
      removeTaskSet(run, deployment.green?.taskSetArn);
      deployment.shiftsDone = 1;
    }
    const untilMs = deployment.createdMs + shortMs;
    return parts.clock.now() >= untilMs ? "done" : { untilMs };
  },
};

function readAppSpec({ deployment, parts }: Run): void {
  const content = stateOf(parts).revisions.find(({ applicationName, sha256 }) => applicationName === deployment.applicationName && sha256 === deployment.revision?.sha256)?.content ?? "";
  try {
    deployment.appSpec = parseAppSpec(content);
  } catch (error) {
    throw error instanceof InvalidAppSpec ? failed("INVALID_REVISION", error.message) : error;
  }
}

/** As often as it looks whether a group has healthy targets again, and how long it waits for that. */
const healthPollMs = 10_000;
const longestUnhealthyMs = 5 * minuteMs;

function allowTraffic(run: Run): Step {
  const { cloud, deployment, parts } = run;
  const schedule = scheduleOf(deployment.routing);
  for (let shift = schedule[deployment.shiftsDone]; shift !== undefined; shift = schedule[deployment.shiftsDone]) {
    const now = parts.clock.now();
    // From the last shift on: after a pause of any kind, the shifts that were missed do not all come at once.
    const dueMs = (deployment.shiftedMs ?? deployment.stageSinceMs) + shift.atMs - (schedule[deployment.shiftsDone - 1]?.atMs ?? 0);
    if (now < dueMs) return { untilMs: dueMs };
    if (cloud.healthyTargets(deployment.green?.targetGroupArn ?? "") === 0) {
      if (now >= dueMs + longestUnhealthyMs) throw failed("TIMEOUT", "The deployment failed because the replacement task set had no healthy targets for 5 minutes while traffic was being shifted.");
      return { untilMs: Math.min(now + healthPollMs, dueMs + longestUnhealthyMs) };
    }
    weighProduction(run, shift.percent);
    deployment.shiftsDone += 1;
    deployment.shiftedMs = now;
  }
  return "done";
}
