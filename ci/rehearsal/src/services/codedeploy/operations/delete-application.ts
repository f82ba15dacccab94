import { DeleteApplication$, type DeleteApplicationInput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { checkedName, stateOf } from "../find.ts";

/** With its groups; deployments that are over stay. Deleting what there is not is no error. */
export const deleteApplication = operation<DeleteApplicationInput, object>({
  schema: DeleteApplication$,
  access: ({ applicationName }, parts) => [onApplication(parts, "DeleteApplication", applicationName)],
  run({ applicationName }, { parts }) {
    const name = checkedName(applicationName, "Application");
    const state = stateOf(parts);
    state.applications = state.applications.filter((application) => application.name !== name);
    state.groups = state.groups.filter((group) => group.applicationName !== name);
    state.revisions = state.revisions.filter((revision) => revision.applicationName !== name);
    return {};
  },
});
