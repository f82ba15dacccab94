import { CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client, ModifyListenerCommand, RegisterTargetsCommand, type TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RehearsalOptions } from "../../src/aws-rehearsal.ts";
import { balancer } from "../../src/load-balancer/balancer.ts";
import { network, type Endpoint } from "../../src/network/network.ts";
import { startRehearsal } from "../support/rehearsal.ts";

export interface Balanced extends Awaited<ReturnType<typeof startRehearsal>> {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly listenerArn: string;
  readonly loadBalancerArn: string;
  /** `blue` and `green` */
  readonly groups: Readonly<Record<"blue" | "green", string>>;
  readonly url: string;
  readonly split: (blue: number, green: number) => Promise<void>;
  readonly addTarget: (group: "blue" | "green", address: string, endpoint: Endpoint) => Promise<void>;
  readonly health: (group: "blue" | "green") => Promise<(TargetHealth | undefined)[]>;
}

/** A load balancer with two target groups behind one listener, made by a real client. */
export async function startBalanced(options: RehearsalOptions = {}): Promise<Balanced> {
  const started = await startRehearsal(options);
  const elb = new ElasticLoadBalancingV2Client(started.client);
  const { LoadBalancers: [loadBalancer] = [] } = await elb.send(new CreateLoadBalancerCommand({ Name: "web", Subnets: ["subnet-a", "subnet-b"] }));
  const loadBalancerArn = loadBalancer?.LoadBalancerArn ?? "";
  const makeGroup = async (name: string): Promise<string> => {
    const { TargetGroups: [group] = [] } = await elb.send(new CreateTargetGroupCommand({ Name: name, Protocol: "HTTP", Port: 8080, VpcId: "vpc-1", TargetType: "ip", HealthCheckPath: "/health", HealthyThresholdCount: 2, UnhealthyThresholdCount: 2, HealthCheckIntervalSeconds: 10 }));
    return group?.TargetGroupArn ?? "";
  };
  const groups = { blue: await makeGroup("blue"), green: await makeGroup("green") };
  const forward = (blue: number, green: number): { Type: "forward"; ForwardConfig: { TargetGroups: { TargetGroupArn: string; Weight: number }[] } } => ({ Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.blue, Weight: blue }, { TargetGroupArn: groups.green, Weight: green }] } });
  const { Listeners: [listener] = [] } = await elb.send(new CreateListenerCommand({ LoadBalancerArn: loadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions: [forward(100, 0)] }));
  const listenerArn = listener?.ListenerArn ?? "";
  return {
    ...started,
    elb,
    listenerArn,
    loadBalancerArn,
    groups,
    url: await started.rehearsal.parts.get(balancer).addressOf(listenerArn),
    split: async (blue, green) => {
      await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [forward(blue, green)] }));
    },
    addTarget: async (group, address, endpoint) => {
      started.rehearsal.parts.get(network).attach(address, 8080, endpoint);
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn: groups[group], Targets: [{ Id: address, Port: 8080 }] }));
    },
    health: async (group) => (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: groups[group] }))).TargetHealthDescriptions?.map(({ TargetHealth: health }) => health) ?? [],
  };
}

export const answering = (text: string, status = 200): Endpoint => ({ kind: "handler", handle: async () => Promise.resolve(new Response(text, { status })) });
