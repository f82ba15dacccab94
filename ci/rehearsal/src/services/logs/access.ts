import type { Access } from "../service.ts";
import type { World } from "../../world/world.ts";

/** On a group, or with a stream on that stream; log ARNs that are resources end so: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
export function logsAccess(action: string, world: World, group: string | undefined, stream?: string): Access[] {
  const name = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(group ?? "")?.[1] ?? group ?? "*";
  return [{ action: `logs:${action}`, resource: world.arn("logs", `log-group:${name}:${stream === undefined ? "*" : `log-stream:${stream}`}`) }];
}
