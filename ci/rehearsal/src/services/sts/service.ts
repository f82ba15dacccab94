import * as client from "@aws-sdk/client-sts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Service } from "../service.ts";
import { assumeRole } from "./operations/assume-role.ts";
import { assumeRoleWithWebIdentity } from "./operations/assume-role-with-web-identity.ts";
import { getCallerIdentity } from "./operations/get-caller-identity.ts";

export const sts: Service = {
  name: "sts",
  client,
  xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  operations: [assumeRole, assumeRoleWithWebIdentity, getCallerIdentity],
  missing: (_operation, member) => new AwsError("ValidationError", `1 validation error detected: Value null at '${member.replace(/^./, (first) => first.toLowerCase())}' failed to satisfy constraint: Member must not be null`),
};
