import { GetLifecyclePolicy$, type GetLifecyclePolicyRequest, type GetLifecyclePolicyResponse } from "@aws-sdk/client-ecr";
import { operation } from "../../service.ts";
import { lifecyclePolicyOf } from "../lifecycle-policy.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

export const getLifecyclePolicy = operation<GetLifecyclePolicyRequest, GetLifecyclePolicyResponse>({
  schema: GetLifecyclePolicy$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:GetLifecyclePolicy", resource: repositoryArn(parts, repositoryName) }],
  run({ repositoryName, registryId }, { parts }) {
    const repository = repositoryOf(parts, { repositoryName, registryId });
    return { registryId: parts.world.account, repositoryName: repository.name, lifecyclePolicyText: lifecyclePolicyOf(parts, repository) };
  },
});
