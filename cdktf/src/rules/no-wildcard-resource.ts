import { statementsOf } from "./policies.ts";
import { faultAt, type Rule } from "./rule.ts";
import { isNameless } from "./nameless-actions.ts";
import { isNarrowed } from "./narrowing-conditions.ts";

/** No `*` where a resource can be named, or a condition says which it is. In a resource's own policy `*` is that resource. */
export const noWildcardResource: Rule = {
  name: "no-wildcard-resource",
  look: (stack) =>
    statementsOf(stack)
      .filter(({ allows, principals, resources }) => allows && principals.length === 0 && resources.includes("*"))
      .flatMap(({ block, sid, actions, conditions }) => {
        const named = actions.filter((action) => !isNameless(action));
        return named.length === 0 || isNarrowed(conditions) ? [] : [faultAt(block, `allows ${named.join(", ")} on every resource${sid === "" ? "" : ` (${sid})`}; the resource's ARN would do`)];
      }),
};
