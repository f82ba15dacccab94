import { RegisterApplicationRevision$, type RegisterApplicationRevisionInput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { findApplication } from "../find.ts";
import { registerRevision } from "../revisions.ts";

export const registerApplicationRevision = operation<RegisterApplicationRevisionInput, object>({
  schema: RegisterApplicationRevision$,
  access: ({ applicationName }, parts) => [onApplication(parts, "RegisterApplicationRevision", applicationName)],
  run({ applicationName, description, revision }, { parts }) {
    registerRevision(parts, findApplication(parts, applicationName), revision, description);
    return {};
  },
});
