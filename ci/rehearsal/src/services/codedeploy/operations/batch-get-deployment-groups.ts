import { BatchGetDeploymentGroups$, type BatchGetDeploymentGroupsInput, type BatchGetDeploymentGroupsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onGroup } from "../access.ts";
import { checkBatch } from "../batch.ts";
import { findApplication, stateOf } from "../find.ts";
import { showGroup } from "../show.ts";

export const batchGetDeploymentGroups = operation<BatchGetDeploymentGroupsInput, BatchGetDeploymentGroupsOutput>({
  schema: BatchGetDeploymentGroups$,
  access: ({ applicationName, deploymentGroupNames }, parts) => (deploymentGroupNames ?? []).map((name) => onGroup(parts, "BatchGetDeploymentGroups", applicationName, name)),
  run({ applicationName, deploymentGroupNames }, { parts }) {
    const application = findApplication(parts, applicationName);
    const names = checkBatch(deploymentGroupNames, 100);
    const found = stateOf(parts).groups.filter((group) => group.applicationName === application.name && names.includes(group.name));
    const unknown = names.filter((name) => !found.some((group) => group.name === name));
    return { deploymentGroupsInfo: found.map((group) => showGroup(parts, group)), ...(unknown.length > 0 ? { errorMessage: `No Deployment Group found for name: ${unknown.join(", ")}` } : {}) };
  },
});
