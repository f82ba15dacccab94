import { request } from "undici";
import { faults } from "../faults/faults.ts";
import { network, type Endpoint } from "../network/network.ts";
import type { Parts } from "../parts.ts";
import { matches } from "../services/elbv2/health-check-settings.ts";
import type { CheckResult } from "../services/elbv2/health-state.ts";
import type { TargetGroupRecord, TargetRecord } from "../services/elbv2/state.ts";
import type { BalancerSettings } from "./balancer-settings.ts";
import { sides } from "./sides.ts";
import { late, within } from "./within.ts";

const timedOut: CheckResult = { isHealthy: false, reason: "Target.Timeout", description: "Request timed out" };
const failed: CheckResult = { isHealthy: false, reason: "Target.FailedHealthChecks", description: "Health checks failed" };
const mismatch = (status: number): CheckResult => ({ isHealthy: false, reason: "Target.ResponseCodeMismatch", description: `Health checks failed with these codes: [${String(status)}]` });

/** One real request to a target, as its group's settings have it. Its timeout is in time of the machine. */
export async function checkTarget(parts: Parts, { machine }: BalancerSettings, { healthCheck }: TargetGroupRecord, target: TargetRecord): Promise<CheckResult> {
  const struck = parts.get(faults);
  if (struck.isCutOff(target.zone)) return timedOut;
  const side = parts.get(sides).of(target.id);
  if (struck.strike("unhealthy", ({ to }) => to === side).length > 0) return mismatch(503);
  const port = healthCheck.port === "traffic-port" ? target.port : Number(healthCheck.port);
  const endpoint = parts.get(network).resolve(target.id, port);
  if (endpoint === undefined) return failed;
  const ending = new AbortController();
  try {
    const status = await within(machine, healthCheck.timeoutSeconds * 1000, statusOf(endpoint, `${target.id}:${String(port)}`, healthCheck.path, ending.signal));
    if (status === late) return timedOut;
    return matches(healthCheck.httpCode, status) ? { isHealthy: true } : mismatch(status);
  } catch {
    return failed;
  } finally {
    ending.abort();
  }
}

async function statusOf(endpoint: Endpoint, host: string, path: string, signal: AbortSignal): Promise<number> {
  const headers = { host, "user-agent": "ELB-HealthChecker/2.0" };
  if (endpoint.kind === "handler") return (await endpoint.handle(new Request(`http://${host}${path}`, { headers, signal }))).status;
  // A connection of its own each time, as a load balancer makes it.
  const { statusCode, body } = await request(`http://${endpoint.host}:${String(endpoint.port)}${path}`, { headers, signal, reset: true });
  await body.dump();
  return statusCode;
}
