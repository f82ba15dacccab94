import { GetCallerIdentity$, type GetCallerIdentityRequest, type GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import { operation } from "../../service.ts";

/** Nobody needs a permission for it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity = operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
  schema: GetCallerIdentity$,
  access: () => [],
  run: (_input, { caller, parts }) => ({ UserId: caller.userId, Account: parts.world.account, Arn: caller.arn }),
});
