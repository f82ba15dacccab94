import { isTrue, resourcesOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** Audit and images outlive a mistake; in production, the database and the load balancer do, too. */
export const whatIsKeptStays: Rule = {
  name: "what-is-kept-stays",
  look: (stack, { protect }) => [
    ...eachOf(resourcesOf(stack, "aws_s3_bucket"), ({ body }) => (isTrue(body, "force_destroy") ? "can be deleted with all that is in it; force_destroy false would do" : undefined)),
    ...eachOf(resourcesOf(stack, "aws_ecr_repository"), ({ body }) => (isTrue(body, "force_delete") ? "can be deleted with all of its images; force_delete false would do" : undefined)),
    ...(protect
      ? [
          ...eachOf(resourcesOf(stack, "aws_lb"), ({ body }) => (isTrue(body, "enable_deletion_protection") ? undefined : "can be deleted by mistake; enable_deletion_protection would do")),
          ...eachOf(resourcesOf(stack, "aws_db_instance"), ({ body }) => (isTrue(body, "deletion_protection") && !isTrue(body, "skip_final_snapshot") ? undefined : "can be deleted without a trace; deletion_protection, and no skip_final_snapshot, would do")),
        ]
      : []),
  ],
};
