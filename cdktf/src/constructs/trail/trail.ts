import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail/index.js";
import { Construct } from "constructs";
import { dropUnfinishedUploads, PrivateBucket } from "../buckets/private-bucket.ts";
import { DataKey } from "../keys/data-key.ts";
import type { Arns } from "../policies/arns.ts";
import type { Condition, Statement } from "../policies/policy-document.ts";

export interface TrailProps {
  readonly name: string;
  readonly bucketName: string;
  readonly arns: Arns;
}

/** Who did what in the account, in every region. Not even the account's owner writes to its bucket; only this trail does. */
export class Trail extends Construct {
  constructor(scope: Construct, id: string, { name, bucketName, arns }: TrailProps) {
    super(scope, id);
    const trailArn = arns.of("cloudtrail", `trail/${name}`);
    const byThisTrail: Condition = { test: "StringEquals", variable: "aws:SourceArn", values: [trailArn] };
    const key = new DataKey(this, "key", { name: `${name}-trail`, description: "CloudTrail's files", arns, statements: keyStatements(arns, byThisTrail) });
    const bucket = new PrivateBucket(this, "bucket", {
      name: bucketName,
      arns,
      keyArn: key.arn,
      statements: bucketStatements(arns.bucket(bucketName), arns.place.account, byThisTrail, trailArn),
      rules: [
        { id: "archive", transition: [{ days: 90, storageClass: "GLACIER" }], expiration: [{ days: 365 }], noncurrentVersionExpiration: [{ noncurrentDays: 365 }] },
        dropUnfinishedUploads(7),
      ],
    });
    new Cloudtrail(this, "trail", {
      name,
      s3BucketName: bucket.name,
      kmsKeyId: key.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      dependsOn: [bucket.policy],
    });
  }
}

const cloudTrail = [{ type: "Service", identifiers: ["cloudtrail.amazonaws.com"] }] as const;

const keyStatements = (arns: Arns, byThisTrail: Condition): Statement[] => [
  {
    sid: "TheTrailEncrypts",
    why: "Makes a data key for each file.",
    actions: ["kms:GenerateDataKey"],
    resources: ["*"],
    principals: cloudTrail,
    conditions: [byThisTrail, { test: "StringLike", variable: "kms:EncryptionContext:aws:cloudtrail:arn", values: [`arn:${arns.place.partition}:cloudtrail:*:${arns.place.account}:trail/*`] }],
  },
  // No encryption context comes with a look at the key, nor with the check of a bucket that has a bucket key: a condition on it would refuse the trail itself.
  { sid: "TheTrailLooksAtTheKey", why: "CloudTrail makes no trail whose key and bucket key it cannot try; people read a file by IAM's permission.", actions: ["kms:DescribeKey", "kms:Decrypt"], resources: ["*"], principals: cloudTrail, conditions: [byThisTrail] },
];

const bucketStatements = (bucketArn: string, account: string, byThisTrail: Condition, trailArn: string): Statement[] => [
  { sid: "TheTrailLooks", why: "CloudTrail asks whether the bucket is this account's.", actions: ["s3:GetBucketAcl"], resources: [bucketArn], principals: cloudTrail, conditions: [byThisTrail] },
  { sid: "TheTrailWrites", why: "This trail alone writes here.", actions: ["s3:PutObject"], resources: [`${bucketArn}/AWSLogs/${account}/*`], principals: cloudTrail, conditions: [byThisTrail, { test: "StringEquals", variable: "s3:x-amz-acl", values: ["bucket-owner-full-control"] }] },
  // A request without a source is a person's or a role's: a negated condition is met by what is not there.
  { sid: "NobodyElseWrites", why: "Nobody can put a file among the trail's.", effect: "Deny", actions: ["s3:PutObject"], resources: [`${bucketArn}/*`], principals: [{ type: "*", identifiers: ["*"] }], conditions: [{ test: "StringNotEquals", variable: "aws:SourceArn", values: [trailArn] }] },
  { sid: "NobodyDeletes", why: "Files go by age alone.", effect: "Deny", actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"], resources: [`${bucketArn}/*`], principals: [{ type: "*", identifiers: ["*"] }] },
];
