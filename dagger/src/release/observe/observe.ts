import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { AwsClients } from "../aws/clients.ts";
import { releaseErrorOf } from "../aws/errors.ts";
import type { Have } from "../have.ts";
import type { AwsNames } from "../release-settings.ts";
import { readAlarms } from "./read-alarms.ts";
import { readApplication, readEnded, readGroup, readRunning } from "./read-codedeploy.ts";
import { readService, readTaskDefinition } from "./read-ecs.ts";
import { readImages } from "./read-images.ts";
import { readListeners, readTargetGroups } from "./read-load-balancer.ts";
import { readSecretArns } from "./read-secret-arns.ts";
import { Reader } from "./reader.ts";

export interface ObserveOptions {
  readonly names: AwsNames;
  /** The target's own clock. */
  readonly clock: Clock;
  /** Service of gitops.json -> its repository; none is looked at when absent. */
  readonly repositories?: Readonly<Record<string, string>>;
  /** Tag of the images that are looked for. */
  readonly tag?: string;
  /** Placeholder -> name of a secret. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How many ended deployments are read; none when absent. */
  readonly ended?: number;
  readonly signal?: AbortSignal;
}

const identitySchema = z.object({ Account: z.string(), Arn: z.string() });

/**
 * Reads what AWS has, everything at once and as little as is used. Changes
 * nothing. Throws ReleaseError when nothing can be read at all: without
 * credentials, or where nobody answers.
 */
export async function observe(clients: AwsClients, options: ObserveOptions): Promise<Have> {
  const giveUp = new AbortController();
  const signal = options.signal === undefined ? giveUp.signal : AbortSignal.any([options.signal, giveUp.signal]);
  try {
    return await readAll(clients, options, new Reader(clients.target, signal));
  } catch (error) {
    // The other calls would go on trying.
    giveUp.abort();
    throw error;
  }
}

async function readAll(clients: AwsClients, { names, clock, repositories = {}, tag = "", secrets = {}, ended = 0 }: ObserveOptions, reader: Reader): Promise<Have> {
  const group = readGroup(clients, names, reader);
  const service = readService(clients, names, reader);
  const [identity, haveService, application, haveGroup, listeners, targetGroups, alarms, current, latest, images, haveSecrets, running, endedOnes] = await Promise.all([
    readIdentity(clients, reader),
    service,
    readApplication(clients, names, reader),
    group,
    group.then(async (found) => (found === undefined ? [] : readListeners(clients, found, reader))),
    group.then(async (found) => readTargetGroups(clients, found?.targetGroupNames ?? [], reader)),
    group.then(async (found) => readAlarms(clients, found?.alarmNames ?? [], reader)),
    service.then(async (found) => {
      const primary = found?.taskSets.find(({ status }) => status === "PRIMARY");
      return primary === undefined ? undefined : readTaskDefinition(clients, "current", primary.taskDefinitionArn, reader);
    }),
    readTaskDefinition(clients, "latest", names.family, reader),
    readImages(clients, repositories, tag, reader),
    readSecretArns(clients, secrets, reader),
    readRunning(clients, names, reader),
    readEnded(clients, names, reader, ended),
  ]);
  return {
    atMs: clock.now(),
    account: identity.Account,
    region: clients.target.region,
    caller: identity.Arn,
    service: haveService,
    application,
    group: haveGroup,
    listeners,
    targetGroups,
    alarms,
    current,
    latest,
    images,
    secrets: haveSecrets,
    running,
    ended: endedOnes,
    unread: distinct(reader.unread),
  };
}

/** Nobody may be refused this: who gets no answer has no credentials, or nobody to ask. */
async function readIdentity(clients: AwsClients, reader: Reader): Promise<z.infer<typeof identitySchema>> {
  try {
    const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import("@aws-sdk/client-sts")]);
    return identitySchema.parse(await sts.send(new GetCallerIdentityCommand({}), reader.options));
  } catch (error) {
    throw releaseErrorOf(error, { target: clients.target, action: "sts:GetCallerIdentity", state: "Nothing was changed." });
  }
}

/** The same refusal of several calls is told once. */
const distinct = (unread: Have["unread"]): Have["unread"] => unread.filter((one, index) => unread.findIndex((other) => other.part === one.part && other.action === one.action) === index);
