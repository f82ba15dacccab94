import { bodies, isAbout, isTrue, referencesIn, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";
import type { Block, Body, StackDocument } from "./stack-document.ts";

/**
 * Everything that keeps data is encrypted by a key that it names: the account's own, whose
 * policy and use are in the audit. ECR and a load balancer's access logs are the exceptions.
 */
export const dataIsEncrypted: Rule = {
  name: "data-is-encrypted",
  look: (stack) =>
    Object.entries(encrypted).flatMap(([type, { when, would, isBy = "a key that it names" }]) => eachOf(resourcesOf(stack, type), (block) => (when(block.body, stack, block) ? undefined : `is not encrypted at rest by ${isBy}; ${would} would do`))),
};

interface Encryption {
  readonly when: (body: Body, stack: StackDocument, block: Block) => boolean;
  readonly would: string;
  readonly isBy?: string;
}

const names = (body: Body, key: string): boolean => (textOf(body, key) ?? "") !== "";
const by = (key: string): Encryption => ({ when: (body) => names(body, key), would: key });
const onWith = (isOn: string, key: string): Encryption => ({ when: (body) => isTrue(body, isOn) && names(body, key), would: `${isOn} with ${key}` });
/** The root disk says it by itself; any further one has to as well. */
const disk = (device: Body): boolean => isTrue(device, "encrypted") && names(device, "kms_key_id");

const encrypted: Readonly<Record<string, Encryption>> = {
  aws_secretsmanager_secret: by("kms_key_id"),
  // Images are no users' data. A key of the account's own cannot be put on a repository that is there, nor without a grant by whoever makes it.
  aws_ecr_repository: { when: (body) => bodies(body, "encryption_configuration").some((one) => textOf(one, "encryption_type") === "KMS"), would: "encryption_configuration with encryption_type KMS", isBy: "KMS" },
  aws_db_instance: {
    when: (body) => isTrue(body, "storage_encrypted") && names(body, "kms_key_id") && (!isTrue(body, "manage_master_user_password") || names(body, "master_user_secret_kms_key_id")) && (!isTrue(body, "performance_insights_enabled") || names(body, "performance_insights_kms_key_id")),
    would: "storage_encrypted with kms_key_id, and the keys of the master's secret and of Performance Insights where it has them,",
  },
  aws_sns_topic: by("kms_master_key_id"),
  aws_sqs_queue: by("kms_master_key_id"),
  aws_cloudtrail: by("kms_key_id"),
  aws_dynamodb_table: { when: (body) => bodies(body, "server_side_encryption").some((one) => isTrue(one, "enabled") && names(one, "kms_key_arn")), would: "server_side_encryption with kms_key_arn" },
  aws_instance: { when: (body) => bodies(body, "root_block_device").length > 0 && [...bodies(body, "root_block_device"), ...bodies(body, "ebs_block_device")].every(disk), would: "encrypted and kms_key_id on each block device" },
  aws_ebs_volume: onWith("encrypted", "kms_key_id"),
  aws_efs_file_system: onWith("encrypted", "kms_key_id"),
  aws_s3_bucket: {
    when: (_, stack, bucket) => {
      const rules = resourcesOf(stack, "aws_s3_bucket_server_side_encryption_configuration")
        .filter(({ body }) => referencesIn(textOf(body, "bucket") ?? "").includes(bucket.address))
        .flatMap(({ body }) => bodies(body, "rule").flatMap((rule) => bodies(rule, "apply_server_side_encryption_by_default")));
      return rules.some((rule) => names(rule, "kms_master_key_id") || (textOf(rule, "sse_algorithm") === "AES256" && takesAccessLogs(stack, bucket)));
    },
    would: "a server side encryption configuration for it with kms_master_key_id",
  },
  aws_ssm_parameter: { when: (body) => textOf(body, "type") !== "SecureString" || names(body, "key_id"), would: "key_id" },
};

/** A load balancer writes its logs to a bucket with S3's own key, and to no other. */
const takesAccessLogs = (stack: StackDocument, bucket: Block): boolean => resourcesOf(stack, "aws_lb").some(({ body }) => bodies(body, "access_logs").some((logs) => isAbout(textOf(logs, "bucket") ?? "", bucket, "bucket")));
