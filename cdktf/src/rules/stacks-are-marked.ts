import { bodies, textsOf } from "./read-body.ts";
import type { Fault, Rule } from "./rule.ts";

/** Tags by which costs and owners are found; and the one account that a stack may be applied to. */
export const stacksAreMarked: Rule = {
  name: "stacks-are-marked",
  look: ({ name, providers }, { kind }) =>
    providers.flatMap((provider): Fault[] => {
      const tags = bodies(provider, "default_tags").flatMap((defaults) => bodies(defaults, "tags").flatMap((named) => Object.keys(named)));
      const missing = ["project", "managed-by", ...(kind === "environment" ? ["environment"] : [])].filter((tag) => !tags.includes(tag));
      const account = textsOf(provider, "allowed_account_ids");
      return [
        ...(missing.length === 0 ? [] : [{ at: `${name}/aws`, says: `has no default tag ${missing.join(", ")}` }]),
        ...(account.length === 1 ? [] : [{ at: `${name}/aws`, says: `takes any account's credentials; allowed_account_ids with the one account would do` }]),
      ];
    }),
};
