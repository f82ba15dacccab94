import { bodies, resourcesOf } from "./read-body.ts";
import { faultAt, type Rule } from "./rule.ts";

/** They change places with each release: what differs between them differs in every second release. */
export const targetGroupsAreTwins: Rule = {
  name: "target-groups-are-twins",
  look: (stack) => {
    const [first, ...others] = resourcesOf(stack, "aws_lb_target_group");
    if (first === undefined) return [];
    return others.flatMap((other) => {
      const differing = [...new Set([...Object.keys(first.body), ...Object.keys(other.body)])].filter((key) => !own.has(key) && JSON.stringify(bodies(first.body, key)) + JSON.stringify(first.body[key]) !== JSON.stringify(bodies(other.body, key)) + JSON.stringify(other.body[key]));
      return differing.length === 0 ? [] : [faultAt(other, `differs from ${first.address} in ${differing.join(", ")}; the same for both would do`)];
    });
  },
};

const own = new Set(["//", "name", "name_prefix", "tags", "depends_on"]);
