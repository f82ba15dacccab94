import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";

export interface ClusterProps {
  readonly environment: Environment;
  /** Log group of what is typed and shown in ECS Exec, and the key of such a session. */
  readonly execGroupName: string;
  readonly keyArn: string;
}

/**
 * Where the service runs. A shell in a container goes through Session Manager and is
 * written down; there is no SSH. AWS opens none in a container whose root is read-only,
 * as those of Notes are: for a look inside, release a revision without that.
 */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;

  constructor(scope: Construct, id: string, { environment, execGroupName, keyArn }: ClusterProps) {
    super(scope, id);
    this.cluster = new EcsCluster(this, "cluster", {
      name: environment.release.cluster,
      setting: [{ name: "containerInsights", value: "enabled" }],
      configuration: { executeCommandConfiguration: { kmsKeyId: keyArn, logging: "OVERRIDE", logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: execGroupName } } },
    });
  }
}
