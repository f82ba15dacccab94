import { PutRetentionPolicy$, type PutRetentionPolicyRequest } from "@aws-sdk/client-cloudwatch-logs";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { groupNamed, setRetention } from "../create.ts";

export const putRetentionPolicy = operation<PutRetentionPolicyRequest, undefined>({
  schema: PutRetentionPolicy$,
  access: ({ logGroupName }, { world }) => logsAccess("PutRetentionPolicy", world, logGroupName),
  run({ logGroupName = "", retentionInDays = 0 }, { parts }) {
    setRetention(groupNamed(parts, logGroupName), retentionInDays);
    return undefined;
  },
});
