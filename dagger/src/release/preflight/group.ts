import type { PreflightFinding } from "../../report/release-schema.ts";
import type { HaveGroup } from "../have.ts";
import type { Want } from "../want.ts";
import { applyAgain, no, ok, warning, type Check } from "./check.ts";

export const application: Check = {
  needs: ["application"],
  look: ({ names }, { application: found }) => {
    if (found === undefined) return [no("application-missing", `There is no CodeDeploy application ${names.application}.`, "Look at release.application in gitops.json, and whether the infrastructure was applied.")];
    if (found.computePlatform !== "ECS") return [no("application-platform", `The CodeDeploy application ${found.name} is for ${found.computePlatform}, not for ECS.`, "Create one with the compute platform ECS: it cannot be changed.")];
    return [ok("application", `The CodeDeploy application ${found.name} is for ECS.`)];
  },
};

export const group: Check = {
  needs: ["group"],
  look: (want, { group: found }) => {
    const { names } = want;
    if (found === undefined) return [no("group-missing", `There is no deployment group ${names.deploymentGroup} in the application ${names.application}.`, "Look at release.deploymentGroup in gitops.json, and whether the infrastructure was applied.")];
    return [pointsAt(want, found), ...rollback(found), ...waits(want, found)];
  },
};

function pointsAt({ names }: Want, { clusterName, serviceName, blueGreen, name }: HaveGroup): PreflightFinding {
  if (clusterName !== names.cluster || serviceName !== names.service) {
    return no("group-other-service", `The deployment group ${name} deploys ${clusterName ?? "no cluster"}/${serviceName ?? "no service"}, not ${names.cluster}/${names.service}.`, "Correct release.service or release.deploymentGroup in gitops.json.");
  }
  if (!blueGreen) return no("group-not-blue-green", `The deployment group ${name} does not deploy blue/green with traffic control.`, `${applyAgain}, with the deployment type BLUE_GREEN and the option WITH_TRAFFIC_CONTROL.`);
  return ok("group", `The deployment group ${name} deploys this service, blue/green.`);
}

function rollback({ autoRollback }: HaveGroup): readonly PreflightFinding[] {
  const missing = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"].filter((event) => !autoRollback.includes(event));
  return [
    missing.length === 0 ? ok("auto-rollback", "It rolls back by itself on a failure and on an alarm.") : no("auto-rollback", `The deployment group does not roll back on ${missing.join(" nor on ")}: users would stay on a version that failed.`, `Add ${missing.join(" and ")} to its automatic rollback.`),
    ...(autoRollback.includes("DEPLOYMENT_STOP_ON_REQUEST") ? [] : [warning("auto-rollback-on-request", "The deployment group does not roll back when somebody stops a deployment in the console; `rollback` asks for it each time.", "Add DEPLOYMENT_STOP_ON_REQUEST to its automatic rollback.")]),
  ];
}

function waits({ settings }: Want, { readyAction, readyWaitMinutes, terminationWaitMinutes }: HaveGroup): readonly PreflightFinding[] {
  const doesWait = readyAction === "STOP_DEPLOYMENT";
  return [
    ...(settings.approve && !doesWait ? [no("approve-without-wait", "gitops.json wants an approval, and the deployment group does not wait for one: users would see the version at once.", "Set its deployment ready option to STOP_DEPLOYMENT with a wait, or release.approve to false.")] : []),
    ...(!settings.approve && doesWait ? [warning("wait-without-approve", `The deployment group waits ${readyWaitMinutes} minutes for an approval, and stops the deployment then; gitops.json wants none.`, "Say `promote` while it waits, or set release.approve to true so that the pipeline expects it.")] : []),
    ...(settings.approve && doesWait ? [ok("approve", `It waits up to ${readyWaitMinutes} minutes for \`promote\` before users see the version.`)] : []),
    ...(terminationWaitMinutes === 0 ? [warning("termination-wait", `The old tasks end as soon as all traffic is on the new version: nothing can be gone back to at once${settings.analysis.smoke.checks.length === 0 ? "" : ", and there is no time for the smoke test, which stops nothing then"}.`, "Give the deployment group a termination wait of some minutes.")] : [ok("termination-wait", `The old tasks stay for ${terminationWaitMinutes} minutes after the shift.`)]),
  ];
}

/** The plan has followed it or refused it; a preflight that runs alone has to say it itself. */
export const activeDeployment: Check = {
  needs: ["running"],
  look: (_want, { running }) =>
    running === undefined ? [ok("active-deployment", "No deployment runs.")] : [warning("active-deployment", `Deployment ${running.id} runs (${running.status}).`, "A release of its own commit follows it; any other is refused until it is over.")],
};
