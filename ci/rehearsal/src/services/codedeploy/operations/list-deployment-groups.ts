import { ListDeploymentGroups$, type ListDeploymentGroupsInput, type ListDeploymentGroupsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { pageOf } from "../batch.ts";
import { findApplication, stateOf } from "../find.ts";

export const listDeploymentGroups = operation<ListDeploymentGroupsInput, ListDeploymentGroupsOutput>({
  schema: ListDeploymentGroups$,
  access: ({ applicationName }, parts) => [onApplication(parts, "ListDeploymentGroups", applicationName)],
  run({ applicationName, nextToken }, { parts }) {
    const { name } = findApplication(parts, applicationName);
    const page = pageOf(
      stateOf(parts).groups.filter((group) => group.applicationName === name),
      nextToken,
    );
    return { applicationName: name, deploymentGroups: page.items.map((group) => group.name), nextToken: page.nextToken };
  },
});
