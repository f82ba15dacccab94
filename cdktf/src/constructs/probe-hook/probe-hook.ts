import { join } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import type { NetworkParts } from "../network/network.ts";
import { FunctionArchive } from "./function-archive.ts";

/** The program, which a rehearsal runs too. */
export const probeFile = join(import.meta.dirname, "../../../../services/probe/probe.mjs");

/** As gitops.json names it; undefined where it names none. An environment with a prefix of its own has its own. CodeDeploy's own policy lets it call what begins so. */
export function probeName({ names, application: { project, release } }: Environment): string | undefined {
  const named = release.hooks["AfterAllowTestTraffic"];
  return named === undefined || names.prefix === project ? named : `CodeDeployHook_${names.prefix}-probe`;
}

/** All functions that a deployment calls, by event in gitops.json; those that are not the probe are the team's own. */
export const hookFunctions = (environment: Environment): readonly string[] => Object.entries(environment.application.release.hooks).map(([event, name]) => (event === "AfterAllowTestTraffic" ? (probeName(environment) ?? name) : name));

/** The environment's key lets in what begins so. */
export const probeLogGroup = (functionName: string): string => `/aws/lambda/${functionName}`;

export interface ProbeHookProps {
  readonly environment: Environment;
  readonly functionName: string;
  readonly network: NetworkParts;
  readonly securityGroupId: string;
  readonly roleArn: string;
  /** Of the test listener. */
  readonly testUrl: string;
  readonly keyArn: string;
}

/** Looks at the new version through the test listener before any user sees it; CodeDeploy calls it, and heeds what it says. */
export class ProbeHook extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, { environment, functionName, network, securityGroupId, roleArn, testUrl, keyArn }: ProbeHookProps) {
    super(scope, id);
    const archive = new FunctionArchive(this, "probe", { file: probeFile });
    const logs = new CloudwatchLogGroup(this, "logs", { name: probeLogGroup(functionName), retentionInDays: environment.logRetentionDays, kmsKeyId: keyArn });
    this.functionArn = new LambdaFunction(this, "function", {
      functionName,
      description: "Looks at a new version before users see it",
      role: roleArn,
      runtime: "nodejs22.x",
      handler: "probe.handler",
      filename: archive.path,
      sourceCodeHash: archive.hash,
      memorySize: 256,
      timeout: 300,
      vpcConfig: { subnetIds: [...network.probeSubnetIds], securityGroupIds: [securityGroupId] },
      environment: { variables: { PROBE_URL: testUrl, PROBE_CHECKS: JSON.stringify(environment.application.release.analysis.probes) } },
      loggingConfig: { logFormat: "Text", logGroup: logs.name },
    }).arn;
  }
}
