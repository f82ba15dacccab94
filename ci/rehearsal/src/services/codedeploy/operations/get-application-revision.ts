import { GetApplicationRevision$, type GetApplicationRevisionInput, type GetApplicationRevisionOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { findApplication } from "../find.ts";
import { findRevision, locationOf, showRevision } from "../revisions.ts";

/** The only place where the content of a revision can be had again. */
export const getApplicationRevision = operation<GetApplicationRevisionInput, GetApplicationRevisionOutput>({
  schema: GetApplicationRevision$,
  access: ({ applicationName }, parts) => [onApplication(parts, "GetApplicationRevision", applicationName)],
  run({ applicationName, revision }, { parts }) {
    const found = findRevision(parts, findApplication(parts, applicationName), revision);
    return { applicationName, revision: locationOf(found, found.content), revisionInfo: showRevision(found) };
  },
});
