import { bodies, isTrue, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** A tag is a commit's, for ever; and what is pushed is scanned. */
export const imageTagsStay: Rule = {
  name: "image-tags-stay",
  look: (stack) =>
    eachOf(resourcesOf(stack, "aws_ecr_repository"), ({ body }) => {
      if (textOf(body, "image_tag_mutability") !== "IMMUTABLE") return `lets a tag be given to another image; image_tag_mutability IMMUTABLE would do`;
      return bodies(body, "image_scanning_configuration").some((scanning) => isTrue(scanning, "scan_on_push")) ? undefined : "does not scan what is pushed; image_scanning_configuration scan_on_push would do";
    }),
};
