import { isTrue, referencesIn, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

const members = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

/** A bucket is closed by a resource of its own, which is easily forgotten. */
export const bucketsArePrivate: Rule = {
  name: "buckets-are-private",
  look: (stack) =>
    eachOf(resourcesOf(stack, "aws_s3_bucket"), (bucket) => {
      const blocks = resourcesOf(stack, "aws_s3_bucket_public_access_block").filter(({ body }) => referencesIn(textOf(body, "bucket") ?? "").includes(bucket.address));
      const open = members.filter((member) => !blocks.some(({ body }) => isTrue(body, member)));
      return open.length === 0 ? undefined : `is not closed to the public: ${open.join(", ")} of a public access block would do`;
    }),
};
