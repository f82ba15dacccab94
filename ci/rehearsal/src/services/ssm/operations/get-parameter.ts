import { GetParameter$, type GetParameterRequest, type GetParameterResult } from "@aws-sdk/client-ssm";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { parameterAccess, shownParameter } from "../shown-parameter.ts";

/** AWS's error has no text; the SDKs show its name. */
export const getParameter = operation<GetParameterRequest, GetParameterResult>({
  schema: GetParameter$,
  access: ({ Name = "" }, parts) => [parameterAccess("GetParameter", Name, parts)],
  run({ Name = "", WithDecryption = false }, { parts }) {
    const parameter = shownParameter(parts, Name, WithDecryption);
    if (parameter === undefined) throw new AwsError("ParameterNotFound", "");
    return { Parameter: parameter };
  },
});
