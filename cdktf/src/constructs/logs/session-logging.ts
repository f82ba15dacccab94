import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document/index.js";
import { Construct } from "constructs";
import type { Names } from "../../settings/names.ts";
import { DataKey, logsUseIt } from "../keys/data-key.ts";
import type { Arns } from "../policies/arns.ts";

/** Audit outlives the shells it tells of. */
const retentionDays = 365;

/**
 * What is typed and shown in Session Manager's shells is kept, encrypted. The document's
 * name is AWS's own, one per account and region. Ports that are forwarded are not logged:
 * Session Manager cannot; CloudTrail says who opened one, and when.
 */
export class SessionLogging extends Construct {
  constructor(scope: Construct, id: string, { names, arns }: { readonly names: Names; readonly arns: Arns }) {
    super(scope, id);
    const name = sessionGroupName(names.prefix);
    const key = new DataKey(this, "key", { name: `${names.prefix}-sessions`, description: "Logs of shells", arns, statements: [logsUseIt(arns, [name])] });
    const group = new CloudwatchLogGroup(this, "group", { name, retentionInDays: retentionDays, kmsKeyId: key.arn });
    new SsmDocument(this, "preferences", {
      name: "SSM-SessionManagerRunShell",
      documentType: "Session",
      documentFormat: "JSON",
      content: JSON.stringify({
        schemaVersion: "1.0",
        description: "Shells are logged, and end when nobody types",
        sessionType: "Standard_Stream",
        inputs: { cloudWatchLogGroupName: group.name, cloudWatchEncryptionEnabled: true, cloudWatchStreamingEnabled: true, s3BucketName: "", s3KeyPrefix: "", s3EncryptionEnabled: true, kmsKeyId: "", idleSessionTimeout: "20", maxSessionDuration: "120", runAsEnabled: false },
      }),
    });
  }
}

export const sessionGroupName = (prefix: string): string => `/${prefix}/sessions`;
