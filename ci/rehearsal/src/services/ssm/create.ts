import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { parametersSlice, type ParameterRecord } from "./state.ts";

/** That there is such a parameter; its value comes from the environment or a file. */
export function createParameter(parts: Parts, { name, type = "SecureString" }: { readonly name: string; readonly type?: ParameterRecord["type"] | undefined }): ParameterRecord {
  const { parameters } = parts.world.slice(parametersSlice);
  if (!/^[A-Za-z0-9_.\-/]{1,2048}$/.test(name)) throw new AwsError("ValidationException", `Parameter name: can't be prefixed with "ssm" (case-insensitive), and may contain only letters, digits, and the symbols .-_/`);
  if (parameters.some((parameter) => parameter.name === name)) throw new AwsError("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
  const parameter: ParameterRecord = { name, arn: parts.world.arn("ssm", `parameter${name.startsWith("/") ? "" : "/"}${name}`), type, createdMs: parts.clock.now() };
  parameters.push(parameter);
  return parameter;
}

export const findParameter = (parts: Parts, nameOrArn: string): ParameterRecord | undefined => parts.world.slice(parametersSlice).parameters.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
