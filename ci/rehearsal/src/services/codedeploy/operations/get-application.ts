import { GetApplication$, type GetApplicationInput, type GetApplicationOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { findApplication } from "../find.ts";
import { showApplication } from "../show.ts";

export const getApplication = operation<GetApplicationInput, GetApplicationOutput>({
  schema: GetApplication$,
  access: ({ applicationName }, parts) => [onApplication(parts, "GetApplication", applicationName)],
  run: ({ applicationName }, { parts }) => ({ application: showApplication(findApplication(parts, applicationName)) }),
});
