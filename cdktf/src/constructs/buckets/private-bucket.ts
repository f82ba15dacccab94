import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration, type S3BucketLifecycleConfigurationRule } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import type { Arns } from "../policies/arns.ts";
import { onlyByTls, policyDocument, type Statement } from "../policies/policy-document.ts";

export interface PrivateBucketProps {
  readonly name: string;
  readonly arns: Arns;
  /** Absent: S3's own, for what writes with no other. */
  readonly keyArn?: string;
  /** Of the bucket's policy, besides TLS. */
  readonly statements?: readonly Statement[];
  readonly rules: readonly LifecycleRule[];
  /** Terraform refuses to delete it, whatever is asked. */
  readonly keepForEver?: boolean;
}

export type LifecycleRule = Omit<S3BucketLifecycleConfigurationRule, "status" | "filter">;

/** Private, versioned, encrypted (by a key of the account's own wherever that is possible), reached by TLS alone, and never deleted with what is in it. */
export class PrivateBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  /** What writes to the bucket waits for this. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, { name, arns, keyArn, statements = [], rules, keepForEver = false }: PrivateBucketProps) {
    super(scope, id);
    const made = new S3Bucket(this, "bucket", { bucket: name, forceDestroy: false, ...(keepForEver ? { lifecycle: { preventDestroy: true } } : {}) });
    const bucket = made.id;
    const closed = new S3BucketPublicAccessBlock(this, "closed", { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true });
    new S3BucketOwnershipControls(this, "owner", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const versions = new S3BucketVersioningA(this, "versions", { bucket, versioningConfiguration: { status: "Enabled" } });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", { bucket, rule: [keyArn === undefined ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } } : { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn }, bucketKeyEnabled: true }] });
    new S3BucketLifecycleConfiguration(this, "lifecycle", { bucket, rule: rules.map((rule) => ({ ...rule, status: "Enabled", filter: [{ prefix: "" }] })), dependsOn: [versions] });
    const arn = arns.bucket(name);
    const policy = policyDocument(this, "may", [...statements, onlyByTls(["s3:*"], [arn, `${arn}/*`])]);
    this.policy = new S3BucketPolicy(this, "policy", { bucket, policy: policy.json, dependsOn: [closed] });
    this.name = made.bucket;
    this.arn = made.arn;
  }
}

/** Parts of an upload that never ended cost money and show nowhere. */
export const dropUnfinishedUploads = (days: number): LifecycleRule => ({ id: "unfinished-uploads", abortIncompleteMultipartUpload: [{ daysAfterInitiation: days }] });
