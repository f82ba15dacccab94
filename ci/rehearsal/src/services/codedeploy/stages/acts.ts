import { InvalidAppSpec, parseAppSpec } from "../appspec.ts";
import { stateOf } from "../find.ts";
import { DeploymentFailure, failed, type Run, type Step } from "../run.ts";
import { scheduleOf } from "../schedule.ts";
import type { Stage } from "../state.ts";
import { makePrimary, removeTaskSet } from "../task-sets.ts";
import { pointTestListener, weighProduction } from "../traffic.ts";
import { hook } from "./hook.ts";
import { install } from "./install.ts";
import { rollBack, shortMs } from "./roll-back.ts";
import { waitForHealthy } from "./wait-for-healthy.ts";

const minuteMs = 60_000;

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
    const wait = waitForHealthy(run, "green");
    if (wait === undefined) pointTestListener(run, "green");
    return wait ?? "done";
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
  Rollback: rollBack,
};

function readAppSpec({ deployment, parts }: Run): void {
  const content = stateOf(parts).revisions.find(({ applicationName, sha256 }) => applicationName === deployment.applicationName && sha256 === deployment.revision?.sha256)?.content ?? "";
  try {
    deployment.appSpec = parseAppSpec(content);
  } catch (error) {
    throw error instanceof InvalidAppSpec ? failed("INVALID_REVISION", error.message) : error;
  }
}

function allowTraffic(run: Run): Step {
  const { deployment, parts } = run;
  const schedule = scheduleOf(deployment.routing);
  for (let shift = schedule[deployment.shiftsDone]; shift !== undefined; shift = schedule[deployment.shiftsDone]) {
    const now = parts.clock.now();
    // From the last shift on: after a pause of any kind, the shifts that were missed do not all come at once.
    const dueMs = (deployment.shiftedMs ?? deployment.stageSinceMs) + shift.atMs - (schedule[deployment.shiftsDone - 1]?.atMs ?? 0);
    if (now < dueMs) return { untilMs: dueMs };
    const wait = waitForHealthy(run, "green");
    if (wait !== undefined) return wait;
    weighProduction(run, shift.percent);
    deployment.shiftsDone += 1;
    deployment.shiftedMs = now;
  }
  return "done";
}
