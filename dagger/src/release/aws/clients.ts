import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { ECSClient, ECSClientConfig } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { STSClient } from "@aws-sdk/client-sts";

/** Where a release goes. `endpoint` is a rehearsal's address; absent, it is AWS. */
export interface AwsTarget {
  readonly region: string;
  readonly endpoint?: string;
  /** A session of a role in a rehearsal; its operator when absent. AWS takes the SDK's own chain, never these. */
  readonly rehearsalKey?: RehearsalKey;
}

export interface RehearsalKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Each is loaded and made when it is first asked for: all of them together take a quarter of a second. */
export interface AwsClients {
  readonly target: AwsTarget;
  readonly ecs: () => Promise<ECSClient>;
  readonly codedeploy: () => Promise<CodeDeployClient>;
  readonly ecr: () => Promise<ECRClient>;
  readonly cloudwatch: () => Promise<CloudWatchClient>;
  readonly logs: () => Promise<CloudWatchLogsClient>;
  readonly elb: () => Promise<ElasticLoadBalancingV2Client>;
  readonly sts: () => Promise<STSClient>;
  readonly secrets: () => Promise<SecretsManagerClient>;
  /** Closes connections that are kept open. */
  readonly close: () => void;
}

/** Opens nothing but a rehearsal, and is used there whatever the environment holds. */
export const rehearsalOperator: RehearsalKey = { accessKeyId: "AKIAREHEARSALONLY000", secretAccessKey: "rehearsal" };

/** Tries of one call, the first included: with a third of them throttled, one call in ten thousand fails. */
const maxAttempts = 8;
const connectionTimeoutMs = 5_000;
const requestTimeoutMs = 30_000;

type Settings = Pick<ECSClientConfig, "region" | "endpoint" | "credentials" | "retryMode" | "maxAttempts" | "customUserAgent" | "requestHandler">;
/** What all clients of the SDK have, as far as it is used here. */
interface AnyClient {
  readonly config: { readonly credentials: NonNullable<Settings["credentials"]> };
  destroy(): void;
}

/** The one place where clients of the SDK are made. Nothing is asked until one of them is used. */
export function awsClients(target: AwsTarget, version: string): AwsClients {
  const made: AnyClient[] = [];
  let first: Promise<AnyClient> | undefined;

  /** The first one's credentials are everybody's, so that a role is assumed once and not once for each service. */
  const make = async <Client extends AnyClient>(create: (settings: Settings) => Promise<Client>): Promise<Client> => {
    const isFirst = first === undefined;
    const creating = (async () => create(settingsOf(target, version, isFirst || target.endpoint !== undefined ? undefined : (await first)?.config.credentials)))();
    first ??= creating;
    const client = await creating;
    made.push(client);
    return client;
  };
  const once = <Client extends AnyClient>(create: (settings: Settings) => Promise<Client>): (() => Promise<Client>) => {
    let client: Promise<Client> | undefined;
    return async () => (client ??= make(create));
  };

  return {
    target,
    ecs: once(async (settings) => new (await import("@aws-sdk/client-ecs")).ECSClient(settings)),
    codedeploy: once(async (settings) => new (await import("@aws-sdk/client-codedeploy")).CodeDeployClient(settings)),
    ecr: once(async (settings) => new (await import("@aws-sdk/client-ecr")).ECRClient(settings)),
    cloudwatch: once(async (settings) => new (await import("@aws-sdk/client-cloudwatch")).CloudWatchClient(settings)),
    logs: once(async (settings) => new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogsClient(settings)),
    elb: once(async (settings) => new (await import("@aws-sdk/client-elastic-load-balancing-v2")).ElasticLoadBalancingV2Client(settings)),
    sts: once(async (settings) => new (await import("@aws-sdk/client-sts")).STSClient(settings)),
    secrets: once(async (settings) => new (await import("@aws-sdk/client-secrets-manager")).SecretsManagerClient(settings)),
    close: () => {
      for (const client of made) client.destroy();
    },
  };
}

function settingsOf({ region, endpoint, rehearsalKey = rehearsalOperator }: AwsTarget, version: string, shared: Settings["credentials"]): Settings {
  const credentials = endpoint === undefined ? shared : rehearsalKey;
  return {
    region,
    // Not adaptive: its own rate limiter slows all calls down to a few in a minute when a third of them is throttled.
    retryMode: "standard",
    maxAttempts,
    customUserAgent: [["gitops-pipeline", version]],
    requestHandler: { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}
