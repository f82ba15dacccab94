import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Endpoint } from "../../src/network/network.ts";
import { findMetric } from "../../src/services/cloudwatch/metrics.ts";
import { dimensionOf } from "../../src/services/elbv2/state.ts";
import type { Balanced } from "./balanced.ts";

/** A server of this machine as a target; it ends with the test. */
export async function serve(listener: RequestListener, prepare: (server: Server) => void = () => undefined): Promise<Endpoint> {
  const server = createServer({ maxHeaderSize: 64 * 1024 }, listener).listen(0, "127.0.0.1");
  prepare(server);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { kind: "tcp", host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

/** Sum of a metric over all minutes; undefined when there was none. */
export function sum({ rehearsal, loadBalancerArn, groups }: Balanced, metricName: string, group?: "blue" | "green"): number | undefined {
  const metric = findMetric(rehearsal.parts, { namespace: "AWS/ApplicationELB", metricName, dimensions: { ...(group !== undefined && { TargetGroup: dimensionOf(groups[group]) }), LoadBalancer: dimensionOf(loadBalancerArn) } });
  return metric?.minutes.reduce((total, bucket) => total + bucket.sum, 0);
}
