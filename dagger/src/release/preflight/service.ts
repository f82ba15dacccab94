import { isFields, isList } from "../normalise-task-definition.ts";
import { databaseContainer } from "../task-definition/external-database.ts";
import { applyAgain, no, ok, warning, type Check } from "./check.ts";

export const service: Check = {
  needs: ["service"],
  look: ({ names }, { account, region, service: found }) => {
    if (found === undefined || found.status === "INACTIVE") {
      return [no("service-missing", `There is no service ${names.service} in the cluster ${names.cluster} of account ${account} in ${region}.`, "Look at release.cluster, release.service and release.region in gitops.json, and whether the infrastructure was applied.")];
    }
    return [
      found.status === "ACTIVE" ? ok("service", `The service ${names.service} is ACTIVE.`) : no("service-not-active", `The service ${names.service} is ${found.status}.`, `Wait until it is gone, and create it anew: ${applyAgain.toLowerCase()}.`),
      found.controller === "CODE_DEPLOY"
        ? ok("controller", "CodeDeploy deploys it.")
        : no("controller", `The service's deployment controller is ${found.controller}, and this pipeline deploys with CODE_DEPLOY.`, "A service's controller cannot be changed: create the service anew with the deployment controller CODE_DEPLOY."),
      found.desiredCount > 0 ? ok("capacity", `${found.desiredCount} ${found.desiredCount === 1 ? "task" : "tasks"} wanted.`) : no("capacity", "The service wants no task: nothing would run, and no check of the new version would mean anything.", "Set the service's desired count to 1 or more."),
    ];
  },
};

/** Each task would have data of its own. */
export const sidecarDatabase: Check = {
  needs: ["service"],
  look: ({ settings, taskDefinition }, { service: found }) => {
    const containers = taskDefinition["containerDefinitions"];
    const has = isList(containers) && containers.some((container) => isFields(container) && container["name"] === databaseContainer);
    if (settings.database !== "sidecar" || !has || found === undefined || found.desiredCount <= 1) return [];
    return [no("sidecar-database", `The database is a container of the task, and ${found.desiredCount} tasks are wanted: each would have data of its own.`, 'Set release.database to "external" in gitops.json, or the desired count to 1.')];
  },
};

/** What has the traffic now is what a rollback goes back to. */
export const currentVersion: Check = {
  needs: ["service", "current"],
  look: (_want, { service: found, current }) => {
    const primary = found?.taskSets.find(({ status }) => status === "PRIMARY");
    if (found === undefined || found.controller !== "CODE_DEPLOY") return [];
    if (primary === undefined) return [no("no-current-version", "The service has no primary task set: CodeDeploy has nothing to shift traffic from.", `Create the service with a task definition that runs: ${applyAgain.toLowerCase()}.`)];
    const name = current === undefined ? primary.taskDefinitionArn : `${current.family}:${current.revision}`;
    if (primary.running < primary.desired) return [warning("current-version", `Of what runs now, ${name}, only ${primary.running} of ${primary.desired} tasks are up: there is no good version to come back to.`, "Look why its tasks stop; release all the same if the new version mends that.")];
    return [ok("current-version", `${name} runs with ${primary.running} of ${primary.desired} tasks.`)];
  },
};
