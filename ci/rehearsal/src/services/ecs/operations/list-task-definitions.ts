import { ListTaskDefinitions$, type ListTaskDefinitionsCommandInput, type ListTaskDefinitionsCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { page } from "../page.ts";
import { ecsState } from "../state.ts";

export const listTaskDefinitions = operation<ListTaskDefinitionsCommandInput, Omit<ListTaskDefinitionsCommandOutput, "$metadata">>({
  schema: ListTaskDefinitions$,
  access: () => [{ action: "ecs:ListTaskDefinitions", resource: "*" }],
  run(input, { parts }) {
    const { familyPrefix, status = "ACTIVE", sort = "ASC" } = input;
    const chosen = ecsState(parts)
      .taskDefinitions.filter((definition) => definition.status === status && (familyPrefix === undefined || definition.family === familyPrefix))
      .toSorted((one, other) => (one.family < other.family ? -1 : one.family > other.family ? 1 : one.revision - other.revision))
      .map(({ arn }) => arn);
    const { items, next } = page(sort === "DESC" ? chosen.toReversed() : chosen, input);
    return { taskDefinitionArns: items, ...next };
  },
});
