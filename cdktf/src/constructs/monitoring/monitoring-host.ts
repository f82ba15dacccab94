import { DataAwsAmi } from "@cdktf/provider-aws/lib/data-aws-ami/index.js";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile/index.js";
import { Instance } from "@cdktf/provider-aws/lib/instance/index.js";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object/index.js";
import { SsmAssociation } from "@cdktf/provider-aws/lib/ssm-association/index.js";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { boundaryArn } from "../boundary/boundary.ts";
import { dropUnfinishedUploads, PrivateBucket } from "../buckets/private-bucket.ts";
import type { Arns } from "../policies/arns.ts";
import { Role, trustsService } from "../roles/role.ts";
import { readConfiguration, type Configuration } from "./configuration.ts";
import { hostStatements } from "./host-statements.ts";

export interface MonitoringHostProps {
  readonly environment: Environment;
  readonly arns: Arns;
  readonly subnetId: string;
  readonly securityGroupId: string;
  readonly keyArn: string;
  readonly topicArn: string;
  readonly metricsPort: number;
}

/**
 * Prometheus, Grafana, Alertmanager and Jaeger on one host without a public address, a
 * key for SSH, user data or a password. Session Manager's agent, which the image has,
 * installs what an apply has put into the bucket: the files of this repository at the
 * commit that was synthesised. Nothing is cloned, and a changed file is installed by the
 * next apply without a new host.
 */
export class MonitoringHost extends Construct {
  readonly instanceId: string;

  constructor(scope: Construct, id: string, { environment, arns, subnetId, securityGroupId, keyArn, topicArn, metricsPort }: MonitoringHostProps) {
    super(scope, id);
    const { names, release, region, account } = environment;
    const documentName = names.of("topic", "monitoring");
    const bucketName = names.of("bucket", `monitoring-${account.id}`);
    const configuration = readConfiguration({ ALERTS_TOPIC_ARN: topicArn, AWS_REGION: region, CLUSTER: release.cluster, TASK_FAMILY: release.family, METRICS_PORT: String(metricsPort) });

    const bucket = new PrivateBucket(this, "bucket", { name: bucketName, arns, keyArn, rules: [{ id: "earlier", noncurrentVersionExpiration: [{ noncurrentDays: 30 }] }, dropUnfinishedUploads(7)] });
    const objects = Object.entries(configuration.files).map(([path, content]) => new S3Object(this, `file-${path.replaceAll("/", "-")}`, { bucket: bucket.name, key: `${configuration.version}/${path}`, content: literally(content), kmsKeyId: keyArn, dependsOn: [bucket.policy] }));
    const role = new Role(this, "role", { name: names.of("role", "monitoring"), boundaryArn: boundaryArn(arns, environment.application), description: "The monitoring host", trust: [trustsService("ec2.amazonaws.com", "EC2 gives it to the host.", arns, [])], statements: hostStatements({ environment, arns, bucketName, documentName, keyArn }) });
    const instance = this.#instance({ name: documentName, subnetId, securityGroupId, keyArn, roleName: role.name, arns });
    const document = new SsmDocument(this, "document", { name: documentName, documentType: "Command", documentFormat: "JSON", content: JSON.stringify(installDocument(bucketName, configuration)) });
    new SsmAssociation(this, "installs", { name: document.name, associationName: documentName, targets: [{ key: "InstanceIds", values: [instance.id] }], complianceSeverity: "HIGH", dependsOn: objects });
    this.instanceId = instance.id;
  }

  #instance({ name, subnetId, securityGroupId, keyArn, roleName, arns }: { name: string; subnetId: string; securityGroupId: string; keyArn: string; roleName: string; arns: Arns }): Instance {
    const image = new DataAwsAmi(this, "image", {
      mostRecent: true,
      owners: [arns.place.partition === "aws" ? "137112412989" : "amazon"],
      filter: [
        { name: "name", values: ["al2023-ami-2023.*-kernel-6.*-x86_64"] },
        { name: "architecture", values: ["x86_64"] },
      ],
    });
    const profile = new IamInstanceProfile(this, "profile", { name, role: roleName });
    return new Instance(this, "host", {
      ami: image.id,
      instanceType: "t3.medium",
      subnetId,
      vpcSecurityGroupIds: [securityGroupId],
      associatePublicIpAddress: false,
      iamInstanceProfile: profile.name,
      ebsOptimized: true,
      monitoring: true,
      // The containers use the host's network: one hop is enough, and no bridge reaches its credentials.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: { encrypted: true, kmsKeyId: keyArn, volumeType: "gp3", volumeSize: 30 },
      tags: { Name: name },
      // A newer image is a new host, with empty graphs: when somebody wants it, not with any apply.
      lifecycle: { ignoreChanges: ["ami"] },
    });
  }
}

/** The files by name, so that the host may read objects and list none. */
function installDocument(bucket: string, { version, files }: Configuration): object {
  const target = `/opt/notes-monitoring/${version}`;
  return {
    schemaVersion: "2.2",
    description: "Installs the monitoring of this repository",
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: "install",
        inputs: { timeoutSeconds: "900", runCommand: ["set -eu", ...Object.keys(files).map((path) => `aws s3 cp --only-show-errors 's3://${bucket}/${version}/${path}' '${target}/${path}'`), `sh '${target}/host/install.sh' '${target}'`] },
      },
    ],
  };
}

/** In a file that Terraform hands on, `${` is the file's own. */
const literally = (text: string): string => text.replaceAll("${", "$$${").replaceAll("%{", "%%{");
