import { CodedeployApp } from "@cdktf/provider-aws/lib/codedeploy-app/index.js";
import { CodedeployDeploymentConfig } from "@cdktf/provider-aws/lib/codedeploy-deployment-config/index.js";
import { CodedeployDeploymentGroup } from "@cdktf/provider-aws/lib/codedeploy-deployment-group/index.js";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import type { LoadBalancer } from "../load-balancer/load-balancer.ts";

export interface CodeDeployProps {
  readonly environment: Environment;
  readonly cluster: EcsCluster;
  readonly service: EcsService;
  readonly balancer: LoadBalancer;
  readonly roleArn: string;
  /** Those that stop a deployment; AWS takes ten at most. */
  readonly alarmNames: readonly string[];
}

/** Shifts requests from the old version to the new one, step by step, and back when an alarm fires. */
export class CodeDeploy extends Construct {
  readonly application: CodedeployApp;
  readonly group: CodedeployDeploymentGroup;

  constructor(scope: Construct, id: string, { environment, cluster, service, balancer, roleArn, alarmNames }: CodeDeployProps) {
    super(scope, id);
    const { release, deployment, application } = environment;
    this.application = new CodedeployApp(this, "application", { name: release.application, computePlatform: "ECS" });
    this.group = new CodedeployDeploymentGroup(this, "group", {
      appName: this.application.name,
      deploymentGroupName: release.deploymentGroup,
      serviceRoleArn: roleArn,
      deploymentConfigName: this.#configuration(deployment),
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      ecsService: { clusterName: cluster.name, serviceName: service.name },
      loadBalancerInfo: {
        targetGroupPairInfo: {
          prodTrafficRoute: { listenerArns: [balancer.productionListener.arn] },
          testTrafficRoute: { listenerArns: [balancer.testListener.arn] },
          targetGroup: [{ name: balancer.blue.name }, { name: balancer.green.name }],
        },
      },
      blueGreenDeploymentConfig: {
        // With an approval it waits for `promote`, and stops by itself when nobody comes.
        deploymentReadyOption: application.release.approve ? { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: deployment.readyWaitMinutes } : { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
        terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: deployment.terminationWaitMinutes },
      },
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] },
      // A deployment whose alarms cannot be read is stopped: unwatched is not well.
      alarmConfiguration: { enabled: true, ignorePollAlarmFailure: false, alarms: [...alarmNames] },
    });
  }

  /** One of AWS's own, or one that is made here under that name. */
  #configuration({ config, custom }: Environment["deployment"]): string {
    if (custom === undefined) return config;
    const { percent: percentage, minutes: interval } = custom;
    const trafficRoutingConfig = custom.type === "linear" ? { type: "TimeBasedLinear", timeBasedLinear: { interval, percentage } } : { type: "TimeBasedCanary", timeBasedCanary: { interval, percentage } };
    return new CodedeployDeploymentConfig(this, "configuration", { deploymentConfigName: config, computePlatform: "ECS", trafficRoutingConfig }).deploymentConfigName;
  }
}
