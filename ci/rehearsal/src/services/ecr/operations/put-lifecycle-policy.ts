import { PutLifecyclePolicy$, type PutLifecyclePolicyRequest, type PutLifecyclePolicyResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { putLifecyclePolicy } from "../lifecycle-policy.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

export const putLifecyclePolicyOperation = operation<PutLifecyclePolicyRequest, PutLifecyclePolicyResponse>({
  schema: PutLifecyclePolicy$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:PutLifecyclePolicy", resource: repositoryArn(parts, repositoryName) }],
  run({ repositoryName, registryId, lifecyclePolicyText = "" }, { parts }) {
    const repository = repositoryOf(parts, { repositoryName, registryId });
    putLifecyclePolicy(parts, repository, lifecyclePolicyText);
    return { registryId: parts.world.account, repositoryName: repository.name, lifecyclePolicyText };
  },
});
