import type { Parameter } from "@aws-sdk/client-ssm";
import type { Parts } from "../../parts.ts";
import type { Access } from "../service.ts";
import { findParameter } from "./create.ts";
import { parameterValue } from "./values.ts";

/** With its value, which is never encrypted here unless the caller did not ask to have it decrypted. Undefined where there is no value. */
export function shownParameter(parts: Parts, nameOrArn: string, withDecryption: boolean): Parameter | undefined {
  const parameter = findParameter(parts, nameOrArn);
  const value = parameterValue(parts, nameOrArn);
  if (parameter === undefined || value === undefined) return undefined;
  const { name, arn, type, createdMs } = parameter;
  const shown = type === "SecureString" && !withDecryption ? "(encrypted; ask with WithDecryption)" : value;
  return { Name: name, Type: type, Value: shown, Version: 1, LastModifiedDate: new Date(createdMs), ARN: arn, DataType: "text" };
}

export const parameterAccess = (action: string, nameOrArn: string, { world }: Parts): Access => ({
  action: `ssm:${action}`,
  resource: nameOrArn.startsWith("arn:") ? nameOrArn : world.arn("ssm", `parameter${nameOrArn.startsWith("/") ? "" : "/"}${nameOrArn}`),
});
