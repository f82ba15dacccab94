import { stateBucketName } from "./state-bucket-name.ts";
import type { Application } from "./application.ts";
import { Names, releaseNames, type ReleaseNames } from "./names.ts";
import type { AccountSettings, EnvironmentSettings, SettingsFile } from "./settings-schema.ts";

/** One account, with everything filled in. */
export interface Account extends AccountSettings {
  readonly key: string;
  readonly region: string;
  readonly partition: string;
  readonly names: Names;
  readonly application: Application;
  /** Service -> ECR repository. */
  readonly repositories: Readonly<Record<string, string>>;
  /** Absent: in files. */
  readonly state?: StateSettings;
  /** Those that live in this account, resolved. */
  readonly environments: readonly Environment[];
  readonly tags: Readonly<Record<string, string>>;
}

/** One environment, with everything filled in. */
export interface Environment extends Omit<EnvironmentSettings, "account" | "database" | "desiredCount" | "protect"> {
  readonly key: string;
  readonly isProduction: boolean;
  /** Absent: in a file. */
  readonly state?: StateSettings;
  readonly accountKey: string;
  readonly account: AccountSettings;
  readonly region: string;
  readonly partition: string;
  readonly names: Names;
  readonly release: ReleaseNames;
  readonly application: Application;
  readonly repositories: Readonly<Record<string, string>>;
  readonly egress: "nat" | "nat-per-zone" | "endpoints";
  readonly database: "sidecar" | "external";
  readonly desiredCount: number;
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Terraform's state of an account and its environments, in S3; a lab's is in a file. */
export interface StateSettings {
  readonly bucket: string;
  /** Made by the account's stack; else it was there already. */
  readonly isOurs: boolean;
}

export interface Resolved {
  readonly accounts: readonly Account[];
  readonly environments: readonly Environment[];
}

const partitionOf = (region: string): string => (region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws");

/** Fills in the presets. What the settings say against each other is check.ts's matter; an environment of an unknown account is left out here and told there. */
export function resolve(file: SettingsFile, application: Application): Resolved {
  const repositories = Object.fromEntries(Object.keys(application.services).map((service) => [service, application.release.repositories[service] ?? `${application.project}-${service}`]));
  const environments = Object.entries(file.environments).flatMap(([key, settings]) => {
    const account = file.accounts[settings.account];
    return account === undefined ? [] : [resolveEnvironment({ key, settings, account, file, application, repositories })];
  });
  const accounts = Object.entries(file.accounts).map(([key, account]) => {
    const region = account.region ?? application.release.region;
    const own = environments.filter(({ accountKey }) => accountKey === key);
    return { ...account, key, region, partition: partitionOf(region), names: new Names(application.project), application, repositories, environments: own, ...(own.some(({ isProduction }) => isProduction) ? { state: stateOf(file, account, application) } : {}), tags: { ...file.tags, project: application.project, "managed-by": "terraform" } };
  });
  return { accounts, environments };
}

const stateOf = ({ state: { bucket } }: SettingsFile, { id }: AccountSettings, { project }: Application): StateSettings => ({ bucket: bucket ?? stateBucketName(project, id), isOurs: bucket === undefined });

function resolveEnvironment(given: { key: string; settings: EnvironmentSettings; account: AccountSettings; file: SettingsFile; application: Application; repositories: Readonly<Record<string, string>> }): Environment {
  const { key, settings, account, file, application, repositories } = given;
  const isProduction = settings.preset === "production";
  const region = account.region ?? application.release.region;
  const names = new Names(settings.prefix ?? application.project);
  const database = settings.database ?? (isProduction ? "external" : "sidecar");
  const autoscaling = settings.autoscaling ?? (isProduction && database === "external" ? { most: 6, cpuPercent: 60, requestsPerTarget: 1000 } : undefined);
  const { account: accountKey, ...rest } = settings;
  return {
    ...rest,
    key,
    isProduction,
    ...(isProduction ? { state: stateOf(file, account, application) } : {}),
    accountKey,
    account,
    region,
    partition: partitionOf(region),
    names,
    release: releaseNames(names, application),
    application,
    repositories,
    egress: settings.network.egress ?? (isProduction ? "nat-per-zone" : "nat"),
    database,
    desiredCount: settings.desiredCount ?? (database === "sidecar" ? 1 : 2),
    ...(autoscaling === undefined ? {} : { autoscaling }),
    protect: settings.protect ?? isProduction,
    tags: { ...file.tags, project: application.project, environment: key, "managed-by": "terraform" },
  };
}
