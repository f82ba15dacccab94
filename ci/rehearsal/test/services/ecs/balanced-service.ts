import { CreateServiceCommand, RegisterTaskDefinitionCommand, type CreateServiceCommandInput } from "@aws-sdk/client-ecs";
import { CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client, type TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { InProcessHandler } from "../../../src/tasks/in-process-provider.ts";
import { serviceInput, setUpEcs, taskDefinitionInput, type EcsSetting } from "./setting.ts";

export interface BalancedService extends EcsSetting {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly targetGroupArn: string;
  readonly targets: () => Promise<TargetHealthDescription[]>;
}

/** A service of two tasks behind a load balancer, whose group finds a target unhealthy after two checks. */
export async function setUpBalancedService({ handler, service = {} }: { readonly handler?: InProcessHandler; readonly service?: Partial<CreateServiceCommandInput> } = {}): Promise<BalancedService> {
  const setting = await setUpEcs(handler === undefined ? {} : { handler });
  const elb = new ElasticLoadBalancingV2Client(setting.client);
  const { LoadBalancers: [loadBalancer] = [] } = await elb.send(new CreateLoadBalancerCommand({ Name: "web", Subnets: ["subnet-1", "subnet-2"] }));
  const { TargetGroups: [group] = [] } = await elb.send(new CreateTargetGroupCommand({ Name: "blue", Protocol: "HTTP", Port: 8080, VpcId: "vpc-1", TargetType: "ip", HealthCheckIntervalSeconds: 10, UnhealthyThresholdCount: 2, HealthyThresholdCount: 2 }));
  const targetGroupArn = group?.TargetGroupArn ?? "";
  await elb.send(new CreateListenerCommand({ LoadBalancerArn: loadBalancer?.LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }] }));
  await setting.ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput()));
  await setting.ecs.send(new CreateServiceCommand(serviceInput({ loadBalancers: [{ targetGroupArn, containerName: "proxy", containerPort: 8080 }], ...service })));
  return { ...setting, elb, targetGroupArn, targets: async () => (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }))).TargetHealthDescriptions ?? [] };
}
