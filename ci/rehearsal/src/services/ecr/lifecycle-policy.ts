import { z } from "zod";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Parts } from "../../parts.ts";
import type { RepositoryRecord } from "./state.ts";

/** As far as a text has to have the form of a policy at all. */
const policySchema = z.object({ rules: z.array(z.object({ rulePriority: z.number().int().positive(), selection: z.looseObject({}), action: z.looseObject({ type: z.string() }) })).min(1) });

/** It is kept and shown, and no image is ever expired by it: said so, for a release may count on it. */
export function putLifecyclePolicy(parts: Parts, repository: RepositoryRecord, text: string): void {
  if (!isPolicy(text)) throw new AwsError("InvalidParameterException", "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'");
  repository.lifecyclePolicy = text;
  parts.timeline.add("ecr", "not-rehearsed", { what: "lifecycle policies expire no images", repository: repository.name });
}

export function lifecyclePolicyOf(parts: Parts, { lifecyclePolicy, name }: RepositoryRecord): string {
  if (lifecyclePolicy === undefined) throw new AwsError("LifecyclePolicyNotFoundException", `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${parts.world.account}'`);
  return lifecyclePolicy;
}

function isPolicy(text: string): boolean {
  try {
    return policySchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
