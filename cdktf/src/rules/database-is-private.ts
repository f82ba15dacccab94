import { isTrue, resourcesOf, textOf } from "./read-body.ts";
import { eachOf, type Rule } from "./rule.ts";

/** Tasks alone reach it; in production it has a twin in another zone, and backups. */
export const databaseIsPrivate: Rule = {
  name: "database-is-private",
  look: (stack, { isProduction }) =>
    eachOf(resourcesOf(stack, "aws_db_instance"), ({ body }) => {
      if (isTrue(body, "publicly_accessible")) return "has a public address; publicly_accessible false would do";
      if (isProduction && !isTrue(body, "multi_az")) return "is in one zone only in production; multi_az would do";
      return Number(textOf(body, "backup_retention_period") ?? 0) > 0 ? undefined : "has no backups; backup_retention_period would do";
    }),
};
