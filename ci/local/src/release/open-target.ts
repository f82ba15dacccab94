import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { awsClients, type AwsClients } from "../../../../dagger/src/release/aws/clients.ts";
import type { InfrastructureConfig } from "../../../../dagger/src/config.ts";
import { roleSession } from "../../../../dagger/src/rehearsal/as-role.ts";
import { machineReleaseClock, rehearsalReleaseClock, type ReleaseClock } from "../../../../dagger/src/release/release-clock.ts";
import type { ReleaseSettings } from "../../../../dagger/src/release/release-settings.ts";
import type { Target } from "../../../../dagger/src/report/schema.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { attachRehearsal, runningRehearsal, usualState } from "../rehearsal/attach-rehearsal.ts";
import { CliError } from "../cli-error.ts";

export interface TargetOptions {
  readonly target: Target;
  readonly settings: ReleaseSettings;
  /** Of gitops.json: makes a rehearsal's world, where that is synthesised. */
  readonly infrastructure: InfrastructureConfig | undefined;
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly engine: () => Promise<ContainerEngine>;
  /** Folder of the rehearsal to use. */
  readonly rehearsal?: string;
  /** Start a rehearsal where none runs. */
  readonly starts: boolean;
  readonly notify: (text: string) => void;
}

/** Where a release goes, ready to be asked. */
export interface OpenTarget {
  readonly clients: AwsClients;
  readonly clock: ReleaseClock;
  /** Where credentials expire. */
  readonly renew?: () => Promise<AwsClients>;
  /** Only of a rehearsal. */
  readonly rehearsal?: { readonly url: string; readonly state: string };
}

/** Clients of AWS, or of the rehearsal that runs or is started now. Throws CliError and ReleaseError. */
export async function openTarget(options: TargetOptions): Promise<OpenTarget> {
  const { target, settings, notify } = options;
  const version = await versionOf();
  if (target === "aws") {
    const open = (): AwsClients => awsClients({ region: settings.region }, version);
    return { clients: open(), clock: machineReleaseClock, renew: async () => Promise.resolve(open()) };
  }
  if (!options.starts) {
    const state = options.rehearsal ?? usualState(options.env);
    if ((await runningRehearsal(state)) === undefined) throw new CliError("NO_REHEARSAL", `No rehearsal runs with the state in ${state}. Nothing was changed.`, "`npm run pipeline` starts one and releases to it; or name AWS with --target aws.");
  }
  const { url, wasThere, state } = await attachRehearsal({ ...options, releases: options.starts, ...(options.rehearsal === undefined ? {} : { state: options.rehearsal }) });
  notify(wasThere ? `the rehearsal is at ${url}: look at it on ${url}/_rehearsal/` : `started a rehearsal at ${url}: look at it on ${url}/_rehearsal/`);
  const open = async (): Promise<AwsClients> => rehearsalClients(settings, url, version);
  return { clients: await open(), clock: await rehearsalReleaseClock(url), renew: open, rehearsal: { url, state } };
}

/** Of the role that releases there; of the operator where none is named. A session lasts an hour of the rehearsal's time. */
async function rehearsalClients({ region, rehearsal: { role } }: ReleaseSettings, endpoint: string, version: string): Promise<AwsClients> {
  const operator = awsClients({ region, endpoint }, version);
  if (role === undefined) return operator;
  try {
    return awsClients({ region, endpoint, rehearsalKey: await roleSession(operator, role) }, version);
  } finally {
    operator.close();
  }
}

/** For AWS's logs of who calls: the commit is not known where there is no Git. */
async function versionOf(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, "..", "..", "..", "..", "package.json"), "utf8")) as { version?: string };
  return version ?? "0";
}
