/**
 * What AWS has, as it was read: plain values, no type of the SDK. `observe` makes
 * it, everything else decides from it. What was not found is undefined or absent
 * from its list; what could not be read is in `unread`, never taken for absent.
 */
export interface Have {
  /** Milliseconds since the epoch, by the target's own clock. */
  readonly atMs: number;
  readonly account: string;
  readonly region: string;
  /** ARN of who is asking. */
  readonly caller: string;
  readonly service: HaveService | undefined;
  readonly application: { readonly name: string; readonly computePlatform: string } | undefined;
  readonly group: HaveGroup | undefined;
  readonly listeners: readonly HaveListener[];
  readonly targetGroups: readonly HaveTargetGroup[];
  readonly alarms: readonly HaveAlarm[];
  /** The task definition of the task set that has the traffic. */
  readonly current: HaveTaskDefinition | undefined;
  /** The newest revision of the family, whether or not it ever ran. */
  readonly latest: HaveTaskDefinition | undefined;
  /** Service of gitops.json -> what its repository has for the wanted tag. */
  readonly images: Readonly<Record<string, HaveImage>>;
  /** Placeholder -> the secret that it names; undefined where there is none. */
  readonly secrets: Readonly<Record<string, { readonly name: string; readonly arn: string } | undefined>>;
  /** The deployment that is under way. */
  readonly running: HaveDeployment | undefined;
  /** Ended deployments of the group, newest first, no more than were asked for. */
  readonly ended: readonly HaveDeployment[];
  /** What could not be read, and why: a permission that is missing, for the most part. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  /** The part of Have, such as `alarms`; of one of several, `images.backend`. */
  readonly part: string;
  /** The IAM action that was refused; absent when it failed otherwise. */
  readonly action?: string;
  readonly why: string;
}

export interface HaveService {
  readonly arn: string;
  readonly status: string;
  /** ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
  readonly desiredCount: number;
  readonly taskSets: readonly HaveTaskSet[];
  readonly loadBalancers: readonly { readonly targetGroupArn: string; readonly containerName: string; readonly containerPort: number }[];
  readonly healthCheckGracePeriodSeconds: number;
  readonly platformVersion: string | undefined;
}

export interface HaveTaskSet {
  readonly arn: string;
  readonly id: string;
  readonly status: "PRIMARY" | "ACTIVE" | "DRAINING";
  readonly steady: boolean;
  readonly taskDefinitionArn: string;
  /** The deployment that made it; undefined for the first one. */
  readonly deploymentId: string | undefined;
  readonly targetGroupArn: string | undefined;
  readonly desired: number;
  readonly pending: number;
  readonly running: number;
}

export interface HaveGroup {
  readonly name: string;
  readonly serviceRoleArn: string;
  readonly deploymentConfigName: string;
  readonly clusterName: string | undefined;
  readonly serviceName: string | undefined;
  readonly blueGreen: boolean;
  readonly autoRollback: readonly string[];
  readonly alarmsEnabled: boolean;
  readonly alarmNames: readonly string[];
  readonly ignorePollAlarmFailure: boolean;
  /** STOP_DEPLOYMENT waits for `promote`; CONTINUE_DEPLOYMENT does not. */
  readonly readyAction: "CONTINUE_DEPLOYMENT" | "STOP_DEPLOYMENT";
  readonly readyWaitMinutes: number;
  readonly terminationWaitMinutes: number;
  readonly targetGroupNames: readonly string[];
  readonly productionListenerArns: readonly string[];
  readonly testListenerArns: readonly string[];
}

export interface HaveListener {
  readonly arn: string;
  readonly role: "production" | "test";
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: string;
  readonly forwards: readonly { readonly targetGroupArn: string; readonly weight: number }[];
}

export interface HaveTargetGroup {
  readonly name: string;
  readonly arn: string;
  /** `targetgroup/<name>/<id>`: the dimension of its metrics. */
  readonly arnSuffix: string;
  readonly port: number;
  readonly targetType: string;
  readonly healthCheck: { readonly path: string; readonly matcher: string; readonly intervalSeconds: number; readonly healthyThreshold: number };
  readonly targets: readonly { readonly id: string; readonly port: number; readonly state: string; readonly reason: string | undefined }[];
}

export interface HaveAlarm {
  readonly name: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  readonly stateReason: string;
  readonly composite: boolean;
  /** Of a composite alarm. */
  readonly rule: string | undefined;
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Every metric that it looks at, those of a metric-math expression included; `id` is what expressions call it. */
  readonly metrics: readonly { readonly id: string | undefined; readonly namespace: string; readonly name: string; readonly dimensions: Readonly<Record<string, string>>; readonly stat: string }[];
  /** Id -> metric math. */
  readonly expressions: Readonly<Record<string, string>>;
  /** The id whose value is compared; undefined where there is a single metric. */
  readonly returned: string | undefined;
  /** As AWS names it, such as GreaterThanThreshold. */
  readonly comparison: string;
  /** Undefined where it is another time series, as with anomaly detection. */
  readonly threshold: number | undefined;
}

/** A task definition as far as a release looks at it; `body` is the whole, in ECS's own member names, with defaults left out. */
export interface HaveTaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly body: TaskDefinitionBody;
  readonly tags: Readonly<Record<string, string>>;
}

/** Plain JSON in ECS's own member names: what RegisterTaskDefinition takes. */
export type TaskDefinitionBody = { readonly [key: string]: Json };
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface HaveImage {
  readonly repository: string;
  readonly repositoryUri: string | undefined;
  readonly immutable: boolean;
  readonly scanOnPush: boolean;
  /** Manifest digest of the wanted tag; undefined when the tag is not there. */
  readonly digest: string | undefined;
  readonly pushedAtMs: number | undefined;
  /** What ECR itself has found in it; undefined where there is no image, or its repository does not scan on push. */
  readonly scan: HaveImageScan | undefined;
}

export interface HaveImageScan {
  /** As ECR has it, such as COMPLETE, IN_PROGRESS, ACTIVE or FAILED; `none` where there was no scan of it. */
  readonly status: string;
  /** Severity, such as CRITICAL -> how many. */
  readonly counts: Readonly<Record<string, number>>;
}

export type DeploymentStatus = "Created" | "Queued" | "InProgress" | "Baking" | "Succeeded" | "Failed" | "Stopped" | "Ready";

export interface HaveDeployment {
  readonly id: string;
  readonly status: DeploymentStatus;
  readonly creator: string;
  readonly configName: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The deployment that rolled this one back. */
  readonly rolledBackBy: string | undefined;
  /** The deployment that this one rolled back. */
  readonly rollsBack: string | undefined;
  /** From its AppSpec; undefined when that could not be read. */
  readonly taskDefinitionArn: string | undefined;
  /** Lifecycle event -> function, from its AppSpec; undefined when that could not be read, or is not JSON. */
  readonly hooks?: Readonly<Record<string, string>> | undefined;
}
