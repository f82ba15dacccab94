import { GetParameters$, type GetParametersRequest, type GetParametersResult } from "@aws-sdk/client-ssm";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { parameterAccess, shownParameter } from "../shown-parameter.ts";

/** Those that are not there are named, and are no error. */
export const getParameters = operation<GetParametersRequest, GetParametersResult>({
  schema: GetParameters$,
  access: ({ Names = [] }, parts) => Names.map((name) => parameterAccess("GetParameters", name, parts)),
  run({ Names = [], WithDecryption = false }, { parts }) {
    if (Names.length < 1 || Names.length > 10) throw new AwsError("ValidationException", "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10.");
    const found = [...new Set(Names)].map((name) => ({ name, parameter: shownParameter(parts, name, WithDecryption) }));
    return { Parameters: found.flatMap(({ parameter }) => parameter ?? []), InvalidParameters: found.filter(({ parameter }) => parameter === undefined).map(({ name }) => name) };
  },
});
