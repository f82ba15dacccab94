import { AssumeRoleWithWebIdentity$, type AssumeRoleWithWebIdentityRequest, type AssumeRoleWithWebIdentityResponse } from "@aws-sdk/client-sts";
import { accessDenied } from "../../../iam/authorise.ts";
import { findRole, mayAssume } from "../../../iam/roles.ts";
import { operation } from "../../service.ts";
import { checkSession, newSession } from "../new-session.ts";
import { readWebIdentity } from "../web-identity.ts";

const action = "sts:AssumeRoleWithWebIdentity";

/** Not signed: the token is what the caller proves itself by, and the trust policy's conditions are held against its claims. */
export const assumeRoleWithWebIdentity = operation<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse>({
  schema: AssumeRoleWithWebIdentity$,
  access: () => [],
  run(input, { parts }) {
    checkSession(input);
    const { claims, provider, audience, keys } = readWebIdentity(input.WebIdentityToken ?? "", parts);
    const role = findRole(parts, input.RoleArn ?? "");
    const context = { ...keys, "aws:FederatedProvider": provider.arn, "sts:RoleSessionName": input.RoleSessionName ?? "" };
    if (role === undefined || !mayAssume(parts, role.arn, { federated: provider.arn, context })) {
      const message = `Not authorized to perform ${action}`;
      parts.timeline.add(`caller:${claims.sub}`, "denied", { action, resource: input.RoleArn ?? "", layer: "role trust policy", message });
      throw accessDenied(action, message);
    }
    return { ...newSession(parts, role, input), SubjectFromWebIdentityToken: claims.sub, Provider: provider.arn, Audience: audience };
  },
});
