import { bodies, isTrue, textOf } from "./read-body.ts";
import type { Rule } from "./rule.ts";

/** Whoever loses production's state, or applies twice at a time, has an AWS that nobody can change any more. */
export const stateIsKept: Rule = {
  name: "state-is-kept",
  look: ({ name, backend }, { isProduction }) => {
    if (!isProduction) return [];
    const [s3] = bodies(backend, "s3");
    if (s3 === undefined) return [{ at: name, says: "keeps its state in a file, in production; an S3 backend would do" }];
    if (!isTrue(s3, "use_lockfile") && textOf(s3, "dynamodb_table") === undefined) return [{ at: name, says: "can be applied twice at a time; use_lockfile of its S3 backend would do" }];
    return isTrue(s3, "encrypt") ? [] : [{ at: name, says: "has a state that is not encrypted; encrypt of its S3 backend would do" }];
  },
};
