import { DeleteLifecyclePolicy$, type DeleteLifecyclePolicyRequest, type DeleteLifecyclePolicyResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { lifecyclePolicyOf } from "../lifecycle-policy.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

export const deleteLifecyclePolicy = operation<DeleteLifecyclePolicyRequest, DeleteLifecyclePolicyResponse>({
  schema: DeleteLifecyclePolicy$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:DeleteLifecyclePolicy", resource: repositoryArn(parts, repositoryName) }],
  run({ repositoryName, registryId }, { parts }) {
    const repository = repositoryOf(parts, { repositoryName, registryId });
    const lifecyclePolicyText = lifecyclePolicyOf(parts, repository);
    delete repository.lifecyclePolicy;
    return { registryId: parts.world.account, repositoryName: repository.name, lifecyclePolicyText };
  },
});
