import { ListApplications$, type ListApplicationsInput, type ListApplicationsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { pageOf } from "../batch.ts";
import { stateOf } from "../find.ts";

export const listApplications = operation<ListApplicationsInput, ListApplicationsOutput>({
  schema: ListApplications$,
  access: () => [onAll("ListApplications")],
  run({ nextToken }, { parts }) {
    const page = pageOf(stateOf(parts).applications, nextToken);
    return { applications: page.items.map(({ name }) => name), nextToken: page.nextToken };
  },
});
