import type { ModifyTargetGroupInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../protocol/aws-error.ts";
import type { TargetGroupRecord } from "./state.ts";

export type HealthCheckSettings = TargetGroupRecord["healthCheck"];

export const defaultHealthCheck = (protocol: "HTTP" | "HTTPS"): HealthCheckSettings => ({ enabled: true, protocol, port: "traffic-port", path: "/", intervalSeconds: 30, timeoutSeconds: 5, healthyThreshold: 5, unhealthyThreshold: 2, httpCode: "200" });

/** What is not given stays. Throws AwsError for what an application load balancer does not take. */
export function changeHealthCheck(settings: HealthCheckSettings, input: Omit<ModifyTargetGroupInput, "TargetGroupArn">): HealthCheckSettings {
  const protocol = input.HealthCheckProtocol ?? settings.protocol;
  if (protocol !== "HTTP" && protocol !== "HTTPS") throw new AwsError("ValidationError", `Health check protocol '${protocol}' must be HTTP or HTTPS`);
  const changed: HealthCheckSettings = {
    enabled: input.HealthCheckEnabled ?? settings.enabled,
    protocol,
    port: input.HealthCheckPort ?? settings.port,
    path: input.HealthCheckPath ?? settings.path,
    intervalSeconds: within("interval", input.HealthCheckIntervalSeconds ?? settings.intervalSeconds, 5, 300),
    timeoutSeconds: within("timeout", input.HealthCheckTimeoutSeconds ?? settings.timeoutSeconds, 2, 120),
    healthyThreshold: within("healthy threshold count", input.HealthyThresholdCount ?? settings.healthyThreshold, 2, 10),
    unhealthyThreshold: within("unhealthy threshold count", input.UnhealthyThresholdCount ?? settings.unhealthyThreshold, 2, 10),
    httpCode: input.Matcher?.HttpCode ?? settings.httpCode,
  };
  if (!/^(traffic-port|\d{1,5})$/.test(changed.port)) throw new AwsError("ValidationError", `Health check port '${changed.port}' must be either 'traffic-port' or in the range 1-65535`);
  if (!changed.path.startsWith("/")) throw new AwsError("ValidationError", `Health check path '${changed.path}' must begin with a '/' character`);
  if (changed.timeoutSeconds >= changed.intervalSeconds) throw new AwsError("ValidationError", `Health check timeout '${String(changed.timeoutSeconds)}' must be smaller than the interval '${String(changed.intervalSeconds)}'`);
  if (!/^[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*$/.test(changed.httpCode)) throw new AwsError("ValidationError", `Health check matcher HTTP code '${changed.httpCode}' must be within '200-499' inclusive`);
  return changed;
}

function within(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) throw new AwsError("ValidationError", `Health check ${what} '${String(value)}' must be between '${String(least)}' and '${String(most)}'`);
  return value;
}

/** `200,202` or `200-299` */
export const matches = (httpCode: string, status: number): boolean =>
  httpCode.split(",").some((part) => {
    const [least = 0, most = least] = part.split("-").map(Number);
    return status >= least && status <= most;
  });
