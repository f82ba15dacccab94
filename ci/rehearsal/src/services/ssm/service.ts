import * as client from "@aws-sdk/client-ssm";
import type { Service } from "../service.ts";
import { getParameter } from "./operations/get-parameter.ts";
import { getParameters } from "./operations/get-parameters.ts";

export const ssm: Service = {
  name: "ssm",
  client,
  operations: [getParameter, getParameters],
};
