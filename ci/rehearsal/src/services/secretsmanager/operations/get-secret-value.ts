import { GetSecretValue$, type GetSecretValueRequest, type GetSecretValueResponse } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { secretAccess, secretNamed } from "../secret-named.ts";
import { variableOf } from "../secret-source.ts";
import { secretValue } from "../values.ts";

/** There is one version of each secret, AWSCURRENT. */
export const getSecretValue = operation<GetSecretValueRequest, GetSecretValueResponse>({
  schema: GetSecretValue$,
  access: ({ SecretId }, parts) => secretAccess("GetSecretValue", SecretId, parts),
  run({ SecretId = "", VersionId, VersionStage }, { parts }) {
    const secret = secretNamed(parts, SecretId);
    const isCurrent = (VersionStage ?? "AWSCURRENT") === "AWSCURRENT" && (VersionId ?? secret.versionId) === secret.versionId;
    const value = isCurrent ? secretValue(parts, secret.arn) : undefined;
    if (value === undefined) {
      const hint = isCurrent ? ` The rehearsal takes it from ${variableOf(secret.name)}, or from the file that REHEARSAL_SECRETS_FILE names.` : "";
      throw new AwsError("ResourceNotFoundException", `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? "staging label" : "VersionId"}: ${VersionId ?? VersionStage ?? "AWSCURRENT"}.${hint}`);
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: secret.versionId, SecretString: value, VersionStages: ["AWSCURRENT"], CreatedDate: new Date(secret.createdMs) };
  },
});
