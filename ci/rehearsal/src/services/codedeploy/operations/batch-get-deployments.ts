import { BatchGetDeployments$, type BatchGetDeploymentsInput, type BatchGetDeploymentsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onDeployment } from "../access.ts";
import { checkBatch } from "../batch.ts";
import { deploymentIfAny } from "../find.ts";
import { showDeployment } from "../show.ts";

/** Those that there are not are left out. */
export const batchGetDeployments = operation<BatchGetDeploymentsInput, BatchGetDeploymentsOutput>({
  schema: BatchGetDeployments$,
  access: ({ deploymentIds }, parts) => (deploymentIds ?? []).flatMap((id) => onDeployment(parts, "BatchGetDeployments", id)),
  run: ({ deploymentIds }, { parts }) => ({
    deploymentsInfo: checkBatch(deploymentIds, 25).flatMap((id) => {
      const found = deploymentIfAny(parts, id);
      return found === undefined ? [] : [showDeployment(found)];
    }),
  }),
});
