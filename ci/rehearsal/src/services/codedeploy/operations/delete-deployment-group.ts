import { DeleteDeploymentGroup$, type DeleteDeploymentGroupInput, type DeleteDeploymentGroupOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onGroup } from "../access.ts";
import { checkedName, findApplication, stateOf } from "../find.ts";

/** Deleting what there is not is no error. */
export const deleteDeploymentGroup = operation<DeleteDeploymentGroupInput, DeleteDeploymentGroupOutput>({
  schema: DeleteDeploymentGroup$,
  access: ({ applicationName, deploymentGroupName }, parts) => [onGroup(parts, "DeleteDeploymentGroup", applicationName, deploymentGroupName)],
  run({ applicationName, deploymentGroupName }, { parts }) {
    const application = findApplication(parts, applicationName);
    const name = checkedName(deploymentGroupName, "DeploymentGroup");
    const state = stateOf(parts);
    state.groups = state.groups.filter((group) => group.applicationName !== application.name || group.name !== name);
    return { hooksNotCleanedUp: [] };
  },
});
