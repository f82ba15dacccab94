import { ListDeploymentConfigs$, type ListDeploymentConfigsInput, type ListDeploymentConfigsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { pageOf } from "../batch.ts";
import { allConfigs } from "../find.ts";

export const listDeploymentConfigs = operation<ListDeploymentConfigsInput, ListDeploymentConfigsOutput>({
  schema: ListDeploymentConfigs$,
  access: () => [onAll("ListDeploymentConfigs")],
  run({ nextToken }, { parts }) {
    const page = pageOf(allConfigs(parts), nextToken);
    return { deploymentConfigsList: page.items.map(({ name }) => name), nextToken: page.nextToken };
  },
});
