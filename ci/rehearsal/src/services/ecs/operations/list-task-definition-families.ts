import { ListTaskDefinitionFamilies$, type ListTaskDefinitionFamiliesCommandInput, type ListTaskDefinitionFamiliesCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onAll } from "../access.ts";
import { page } from "../page.ts";
import { ecsState } from "../state.ts";

/** A family is ACTIVE while any of its revisions is; of all of them where no status is asked for. */
export const listTaskDefinitionFamilies = operation<ListTaskDefinitionFamiliesCommandInput, Omit<ListTaskDefinitionFamiliesCommandOutput, "$metadata">>({
  schema: ListTaskDefinitionFamilies$,
  access: () => [onAll("ListTaskDefinitionFamilies")],
  run(input, { parts }) {
    const { familyPrefix = "", status = "ALL" } = input;
    const all = ecsState(parts).taskDefinitions;
    const active = new Set(all.filter((definition) => definition.status === "ACTIVE").map(({ family }) => family));
    const families = [...new Set(all.map(({ family }) => family))].filter((family) => family.startsWith(familyPrefix) && (status === "ALL" || (status === "ACTIVE") === active.has(family)));
    const { items, next } = page(families.toSorted(), input);
    return { families: items, ...next };
  },
});
