import { Construct } from "constructs";
import { dropUnfinishedUploads, PrivateBucket } from "../buckets/private-bucket.ts";
import { DataKey } from "../keys/data-key.ts";
import type { Arns } from "../policies/arns.ts";

export interface StateBucketProps {
  readonly name: string;
  readonly keyAlias: string;
  readonly arns: Arns;
}

/**
 * Where Terraform keeps what it knows, with every earlier version for a year. It cannot be
 * deleted by Terraform: what is in it is how everything else is found again.
 */
export class StateBucket extends Construct {
  constructor(scope: Construct, id: string, { name, keyAlias, arns }: StateBucketProps) {
    super(scope, id);
    const key = new DataKey(this, "key", { name: keyAlias, description: "Terraform's state", arns, statements: [] });
    new PrivateBucket(this, "bucket", { name, arns, keyArn: key.arn, keepForEver: true, rules: [{ id: "earlier-versions", noncurrentVersionExpiration: [{ noncurrentDays: 365, newerNoncurrentVersions: 30 }] }, dropUnfinishedUploads(7)] });
  }
}
