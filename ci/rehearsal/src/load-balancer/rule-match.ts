import type { IncomingMessage } from "node:http";
import { matches } from "../iam/pattern.ts";
import type { RuleConditionRecord } from "../services/elbv2/state.ts";

/** What a rule looks at. */
export type Asked = Pick<IncomingMessage, "method" | "url" | "headers">;

/** Whether a request meets all conditions of a rule: of each, one value is enough. Paths are compared as they are, hosts and headers in any case; `*` and `?` stand for others. */
export const meetsAll = (conditions: readonly RuleConditionRecord[], asked: Asked): boolean => conditions.every((condition) => meets(condition, asked));

function meets(condition: RuleConditionRecord, { method = "GET", url = "/", headers }: Asked): boolean {
  switch (condition.field) {
    case "path-pattern": {
      const [path = "/"] = url.split("?", 1);
      return condition.values.some((pattern) => matches(pattern, path));
    }
    case "host-header": {
      const host = (headers.host ?? "").replace(/:\d+$/, "");
      return condition.values.some((pattern) => matches(pattern, host, undefined, { ignoreCase: true }));
    }
    case "http-request-method":
      return condition.values.includes(method);
    case "http-header": {
      const value = headers[condition.name.toLowerCase()];
      const values = value === undefined ? [] : [value].flat();
      return values.some((text) => condition.values.some((pattern) => matches(pattern, text, undefined, { ignoreCase: true })));
    }
  }
}
