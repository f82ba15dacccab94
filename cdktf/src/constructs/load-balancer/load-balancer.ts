import { LbListener } from "@cdktf/provider-aws/lib/lb-listener/index.js";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group/index.js";
import { Lb } from "@cdktf/provider-aws/lib/lb/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import type { NetworkParts } from "../network/network.ts";
import { testPort } from "../security-groups/flows.ts";
import { accessLogs } from "./access-logs.ts";

export interface LoadBalancerProps {
  readonly environment: Environment;
  readonly network: NetworkParts;
  readonly securityGroupId: string;
}

/** The target groups, in AWS's words for the two versions. */
export const colors = ["blue", "green"] as const;
export type Color = (typeof colors)[number];

/** Where requests come in, and the two groups of tasks between which a release moves them. */
export class LoadBalancer extends Construct {
  readonly lb: Lb;
  readonly blue: LbTargetGroup;
  readonly green: LbTargetGroup;
  readonly productionListener: LbListener;
  readonly testListener: LbListener;
  /** As the probe sees it. */
  readonly testUrl: string;

  constructor(scope: Construct, id: string, { environment, network, securityGroupId }: LoadBalancerProps) {
    super(scope, id);
    const { names, protect, isProduction, application, certificateArn } = environment;
    const logs = isProduction ? accessLogs(this, "access-logs", environment) : undefined;
    this.lb = new Lb(this, "balancer", {
      name: names.of("loadBalancer", "lb"),
      loadBalancerType: "application",
      subnets: [...network.publicSubnetIds],
      securityGroups: [securityGroupId],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: protect,
      ...(logs === undefined ? {} : { accessLogs: { enabled: true, bucket: logs.name } }),
      dependsOn: [...network.internet, ...(logs === undefined ? [] : [logs.policy])],
    });
    const group = (color: Color): LbTargetGroup => targetGroup(this, color, { name: names.of("targetGroup", color), port: application.release.port, vpcId: network.vpcId });
    this.blue = group("blue");
    this.green = group("green");
    this.productionListener = new LbListener(this, "production-listener", { ...(certificateArn === undefined ? { port: 80, protocol: "HTTP" } : { port: 443, protocol: "HTTPS", certificateArn, sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" }), ...this.#firstToBlue() });
    this.testListener = new LbListener(this, "test-listener", { port: testPort, protocol: "HTTP", ...this.#firstToBlue() });
    if (certificateArn !== undefined) new LbListener(this, "redirect-listener", { loadBalancerArn: this.lb.arn, port: 80, protocol: "HTTP", defaultAction: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }] });
    this.testUrl = `http://${this.lb.dnsName}:${testPort}`;
  }

  /** From then on where requests go is CodeDeploy's: after an odd number of releases, blue is the empty group. */
  #firstToBlue(): { loadBalancerArn: string; defaultAction: { type: string; targetGroupArn: string }[]; lifecycle: { ignoreChanges: string[] } } {
    return { loadBalancerArn: this.lb.arn, defaultAction: [{ type: "forward", targetGroupArn: this.blue.arn }], lifecycle: { ignoreChanges: ["default_action"] } };
  }
}

interface TargetGroupProps {
  readonly name: string;
  readonly port: number;
  readonly vpcId: string;
}

/** Both are alike, since they change places. Tuned for short releases: healthy after 20 s, gone 30 s after its last request, as long as a container may take to stop. */
function targetGroup(scope: Construct, id: string, { name, port, vpcId }: TargetGroupProps): LbTargetGroup {
  return new LbTargetGroup(scope, id, {
    name,
    port,
    vpcId,
    protocol: "HTTP",
    targetType: "ip",
    deregistrationDelay: "30",
    // The proxy says 200 there only when both of its upstreams do.
    healthCheck: { enabled: true, path: "/ready", matcher: "200", interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 },
  });
}
