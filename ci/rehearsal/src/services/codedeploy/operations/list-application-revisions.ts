import { ListApplicationRevisions$, type ListApplicationRevisionsInput, type ListApplicationRevisionsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { pageOf } from "../batch.ts";
import { findApplication, stateOf } from "../find.ts";
import { locationOf } from "../revisions.ts";

const times = { registerTime: "registeredMs", firstUsedTime: "firstUsedMs", lastUsedTime: "lastUsedMs" } as const;

export const listApplicationRevisions = operation<ListApplicationRevisionsInput, ListApplicationRevisionsOutput>({
  schema: ListApplicationRevisions$,
  access: ({ applicationName }, parts) => [onApplication(parts, "ListApplicationRevisions", applicationName)],
  run({ applicationName, nextToken, sortBy = "registerTime", sortOrder = "ascending" }, { parts }) {
    const { name } = findApplication(parts, applicationName);
    const member = times[sortBy];
    const sorted = stateOf(parts)
      .revisions.filter((revision) => revision.applicationName === name)
      .toSorted((one, other) => (one[member] ?? 0) - (other[member] ?? 0));
    const page = pageOf(sortOrder === "descending" ? sorted.toReversed() : sorted, nextToken);
    return { revisions: page.items.flatMap((revision) => locationOf(revision) ?? []), nextToken: page.nextToken };
  },
});
