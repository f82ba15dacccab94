import { GetAuthorizationToken$, type GetAuthorizationTokenRequest, type GetAuthorizationTokenResponse } from "@aws-sdk/client-ecr";
import { address } from "../../../server/address.ts";
import { operation } from "../../service.ts";
import { issueToken } from "../tokens.ts";

export const getAuthorizationToken = operation<GetAuthorizationTokenRequest, GetAuthorizationTokenResponse>({
  schema: GetAuthorizationToken$,
  access: () => [{ action: "ecr:GetAuthorizationToken", resource: "*" }],
  run: (_input, { caller, parts }) => {
    const { password, expiresMs } = issueToken(parts, caller);
    return { authorizationData: [{ authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"), expiresAt: new Date(expiresMs), proxyEndpoint: parts.get(address).url }] };
  },
});
