import type { Parts } from "../../parts.ts";
import { secretAccess } from "../secretsmanager/secret-named.ts";
import { secretValue } from "../secretsmanager/values.ts";
import { parameterValue } from "../ssm/values.ts";
import type { ExecutionRole } from "./execution-role.ts";
import { StartFailure } from "./start-failure.ts";

const couldNot = "unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from";

/** A secret's or a parameter's value by what a task definition says of it, as the execution role may read it. Never to be logged. */
export function readSecret(parts: Parts, valueFrom: string, role: ExecutionRole): string {
  if (/^arn:[^:]+:secretsmanager:/.test(valueFrom)) {
    const arn = valueFrom.split(":").slice(0, 7).join(":");
    role.require(secretAccess("GetSecretValue", arn, parts), `${couldNot} asm: service call has been retried 1 time(s): failed to fetch secret ${valueFrom} from secrets manager`);
    return found(secretValue(parts, valueFrom), `${couldNot} asm: service call has been retried 1 time(s): failed to fetch secret ${valueFrom} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`);
  }
  const resource = valueFrom.startsWith("arn:") ? valueFrom : parts.world.arn("ssm", `parameter/${valueFrom.replace(/^\//, "")}`);
  role.require([{ action: "ssm:GetParameters", resource }], `${couldNot} ssm: service call has been retried 1 time(s)`);
  return found(parameterValue(parts, valueFrom), `${couldNot} ssm: service call has been retried 1 time(s): invalid ssm parameters: ${valueFrom}`);
}

function found(value: string | undefined, problem: string): string {
  if (value === undefined) throw new StartFailure(`ResourceInitializationError: ${problem}`);
  return value;
}
