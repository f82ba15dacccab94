import { ConfigConfigurationRecorder } from "@cdktf/provider-aws/lib/config-configuration-recorder/index.js";
import { ConfigConfigurationRecorderStatus } from "@cdktf/provider-aws/lib/config-configuration-recorder-status/index.js";
import { ConfigDeliveryChannel } from "@cdktf/provider-aws/lib/config-delivery-channel/index.js";
import { IamServiceLinkedRole } from "@cdktf/provider-aws/lib/iam-service-linked-role/index.js";
import { Construct } from "constructs";
import { dropUnfinishedUploads, PrivateBucket } from "../buckets/private-bucket.ts";
import { DataKey, serviceSendsWithIt } from "../keys/data-key.ts";
import type { Arns } from "../policies/arns.ts";
import type { Condition } from "../policies/policy-document.ts";

export interface ConfigProps {
  readonly name: string;
  readonly bucketName: string;
  readonly arns: Arns;
}

/** What every resource was like, and when it changed. */
export class Config extends Construct {
  readonly status: ConfigConfigurationRecorderStatus;

  constructor(scope: Construct, id: string, { name, bucketName, arns }: ConfigProps) {
    super(scope, id);
    const { account } = arns.place;
    const service = "config.amazonaws.com";
    const ours: Condition = { test: "StringEquals", variable: "aws:SourceAccount", values: [account] };
    const principals = [{ type: "Service", identifiers: [service] }] as const;
    const key = new DataKey(this, "key", { name: `${name}-config`, description: "AWS Config's files", arns, statements: [serviceSendsWithIt("ConfigEncrypts", service, "Config encrypts what it delivers.", account)] });
    const bucketArn = arns.bucket(bucketName);
    const bucket = new PrivateBucket(this, "bucket", {
      name: bucketName,
      arns,
      keyArn: key.arn,
      statements: [
        { sid: "ConfigLooks", why: "Config asks whether the bucket is there, and this account's.", actions: ["s3:GetBucketAcl", "s3:ListBucket"], resources: [bucketArn], principals, conditions: [ours] },
        { sid: "ConfigWrites", why: "Config delivers for this account only.", actions: ["s3:PutObject"], resources: [`${bucketArn}/AWSLogs/${account}/Config/*`], principals, conditions: [ours, { test: "StringEquals", variable: "s3:x-amz-acl", values: ["bucket-owner-full-control"] }] },
      ],
      rules: [{ id: "archive", transition: [{ days: 90, storageClass: "GLACIER" }], expiration: [{ days: 365 }], noncurrentVersionExpiration: [{ noncurrentDays: 30 }] }, dropUnfinishedUploads(7)],
    });
    const role = new IamServiceLinkedRole(this, "role", { awsServiceName: service });
    const recorder = new ConfigConfigurationRecorder(this, "recorder", { name, roleArn: role.arn, recordingGroup: { allSupported: true, includeGlobalResourceTypes: true } });
    const channel = new ConfigDeliveryChannel(this, "channel", { name, s3BucketName: bucket.name, s3KmsKeyArn: key.arn, dependsOn: [recorder, bucket.policy] });
    this.status = new ConfigConfigurationRecorderStatus(this, "on", { name: recorder.name, isEnabled: true, dependsOn: [channel] });
  }
}
