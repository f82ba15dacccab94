import { DescribeSecret$, type DescribeSecretRequest, type DescribeSecretResponse } from "@aws-sdk/client-secrets-manager";
import { operation } from "../../service.ts";
import { secretAccess, secretNamed } from "../secret-named.ts";

/** That there is such a secret, whether or not it has a value here. */
export const describeSecret = operation<DescribeSecretRequest, DescribeSecretResponse>({
  schema: DescribeSecret$,
  access: ({ SecretId }, parts) => secretAccess("DescribeSecret", SecretId, parts),
  run({ SecretId = "" }, { parts }) {
    const { arn, name, description, createdMs, versionId, tags } = secretNamed(parts, SecretId);
    return { ARN: arn, Name: name, Description: description, CreatedDate: new Date(createdMs), LastChangedDate: new Date(createdMs), Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })), VersionIdsToStages: { [versionId]: ["AWSCURRENT"] } };
  },
});
