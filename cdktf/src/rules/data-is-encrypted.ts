import { bodies, isTrue, referencesIn, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";
import type { Block, StackDocument } from "./stack-document.ts";

/** Everything that keeps data says by which key it is encrypted. */
export const dataIsEncrypted: Rule = {
  name: "data-is-encrypted",
  look: (stack) =>
    Object.entries(encrypted).flatMap(([type, { when, would }]) => eachOf(resourcesOf(stack, type), (block) => (when(block, stack) ? undefined : `is not encrypted at rest by a key that it names; ${would} would do`))),
};

const hasKey = (key: string) => ({ body }: Block): boolean => (textOf(body, key) ?? "") !== "";

const encrypted: Readonly<Record<string, { readonly when: (block: Block, stack: StackDocument) => boolean; readonly would: string }>> = {
  aws_secretsmanager_secret: { when: hasKey("kms_key_id"), would: "kms_key_id" },
  aws_ecr_repository: { when: ({ body }) => bodies(body, "encryption_configuration").length > 0, would: "encryption_configuration" },
  aws_db_instance: { when: ({ body }) => isTrue(body, "storage_encrypted"), would: "storage_encrypted" },
  aws_sns_topic: { when: hasKey("kms_master_key_id"), would: "kms_master_key_id" },
  aws_sqs_queue: { when: ({ body }) => hasKey("kms_master_key_id")({ body } as Block) || isTrue(body, "sqs_managed_sse_enabled"), would: "kms_master_key_id" },
  aws_cloudtrail: { when: hasKey("kms_key_id"), would: "kms_key_id" },
  aws_dynamodb_table: { when: ({ body }) => bodies(body, "server_side_encryption").some((one) => isTrue(one, "enabled")), would: "server_side_encryption" },
  aws_instance: { when: ({ body }) => bodies(body, "root_block_device").some((device) => isTrue(device, "encrypted")), would: "root_block_device encrypted" },
  aws_efs_file_system: { when: ({ body }) => isTrue(body, "encrypted"), would: "encrypted" },
  aws_s3_bucket: {
    when: (bucket, stack) => resourcesOf(stack, "aws_s3_bucket_server_side_encryption_configuration").some(({ body }) => referencesIn(textOf(body, "bucket") ?? "").includes(bucket.address)),
    would: "a server side encryption configuration for it",
  },
  aws_ssm_parameter: { when: ({ body }) => textOf(body, "type") !== "SecureString" || hasKey("key_id")({ body } as Block), would: "key_id" },
};
