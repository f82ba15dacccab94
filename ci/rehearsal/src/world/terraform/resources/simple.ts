import { createSecret } from "../../../services/secretsmanager/create.ts";
import { createParameter } from "../../../services/ssm/create.ts";
import { callOperation, type Importer } from "../importer.ts";
import { given } from "../values.ts";

/** Repositories, log groups, and the names of secrets and parameters; their values never come from Terraform. */
export const simple: Readonly<Record<string, Importer>> = {
  aws_ecr_repository: {
    uses: ["name", "image_tag_mutability", "image_scanning_configuration"],
    async create(values, parts) {
      const name = values.text("name");
      const scan = values.block("image_scanning_configuration")?.flag("scan_on_push");
      const { repository } = await callOperation<{ repository: { repositoryArn: string; repositoryUri: string; registryId: string } }>(
        parts,
        "ecr",
        "CreateRepository",
        given({ repositoryName: name, imageTagMutability: values.maybeText("image_tag_mutability"), imageScanningConfiguration: scan === undefined ? undefined : { scanOnPush: scan } }),
      );
      return { id: name, name, arn: repository.repositoryArn, repository_url: repository.repositoryUri, registry_id: repository.registryId };
    },
  },
  aws_ecr_lifecycle_policy: {
    uses: ["repository", "policy"],
    async create(values, parts) {
      const repositoryName = values.text("repository");
      await callOperation(parts, "ecr", "PutLifecyclePolicy", { repositoryName, lifecyclePolicyText: values.text("policy") });
      return { id: repositoryName, repository: repositoryName, registry_id: parts.world.account };
    },
  },
  aws_cloudwatch_log_group: {
    uses: ["name", "retention_in_days"],
    async create(values, parts) {
      const name = values.text("name");
      await callOperation(parts, "logs", "CreateLogGroup", { logGroupName: name });
      const retentionInDays = values.number("retention_in_days");
      if (retentionInDays !== undefined && retentionInDays > 0) await callOperation(parts, "logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays });
      return { id: name, name, arn: parts.world.arn("logs", `log-group:${name}`) };
    },
  },
  aws_secretsmanager_secret: {
    uses: ["name"],
    create(values, parts) {
      const { arn, name } = createSecret(parts, { name: values.text("name") });
      return { id: arn, arn, name };
    },
  },
  aws_ssm_parameter: {
    uses: ["name", "type"],
    create(values, parts) {
      const type = values.maybeText("type");
      const { arn, name } = createParameter(parts, { name: values.text("name"), ...(type === "String" || type === "StringList" || type === "SecureString" ? { type } : {}) });
      return { id: name, arn, name };
    },
  },
};
