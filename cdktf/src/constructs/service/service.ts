import { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import type { LoadBalancer } from "../load-balancer/load-balancer.ts";
import type { NetworkParts } from "../network/network.ts";
import { Autoscaling } from "./autoscaling.ts";
import { bootstrapTask, type TaskRoles } from "./bootstrap-task.ts";

export interface ServiceProps {
  readonly environment: Environment;
  readonly network: NetworkParts;
  readonly securityGroupId: string;
  readonly cluster: EcsCluster;
  readonly balancer: LoadBalancer;
  readonly roles: TaskRoles;
  readonly logGroup: string;
}

/**
 * The service that releases go to. Terraform makes it once; which revision runs, behind
 * which target group, is the pipeline's from then on. ECS spreads tasks over the zones
 * of the subnets by itself; on Fargate nothing else can be said about that.
 */
export class Service extends Construct {
  readonly service: EcsService;

  constructor(scope: Construct, id: string, { environment, network, securityGroupId, cluster, balancer, roles, logGroup }: ServiceProps) {
    super(scope, id);
    const { release, application, desiredCount, autoscaling } = environment;
    const bootstrap = bootstrapTask(this, "bootstrap", { environment, roles, logGroup });
    this.service = new EcsService(this, "service", {
      name: release.service,
      cluster: cluster.arn,
      taskDefinition: bootstrap.arn,
      desiredCount,
      launchType: "FARGATE",
      platformVersion: "1.4.0",
      // What starts may take so long until its health counts.
      healthCheckGracePeriodSeconds: 120,
      enableExecuteCommand: true,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      deploymentController: { type: "CODE_DEPLOY" },
      networkConfiguration: { subnets: [...network.taskSubnetIds], securityGroups: [securityGroupId], assignPublicIp: network.assignPublicIp },
      loadBalancer: [{ targetGroupArn: balancer.blue.arn, containerName: application.release.container, containerPort: application.release.port }],
      lifecycle: { ignoreChanges: ["task_definition", "load_balancer", ...(autoscaling === undefined ? [] : ["desired_count"])] },
      // ECS takes a target group only when a listener leads to it.
      dependsOn: [balancer.productionListener, balancer.testListener],
    });
    if (autoscaling !== undefined) new Autoscaling(this, "autoscaling", { environment, autoscaling, cluster, service: this.service, balancer });
  }
}
