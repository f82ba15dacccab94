import * as client from "@aws-sdk/client-secrets-manager";
import type { Service } from "../service.ts";
import { describeSecret } from "./operations/describe-secret.ts";
import { getSecretValue } from "./operations/get-secret-value.ts";

export const secretsmanager: Service = {
  name: "secretsmanager",
  client,
  operations: [describeSecret, getSecretValue],
};
