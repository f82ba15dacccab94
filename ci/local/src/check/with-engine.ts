import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../../../dagger/src/clock.ts";
import { parseConfig, type Config, type ServiceConfig } from "../../../../dagger/src/config.ts";
import type { ContainerCli } from "../container-engine/container-cli.ts";
import { openLocalEngine } from "../engine/open-local-engine.ts";
import type { CheckSurroundings } from "./check.ts";

export type Services = Readonly<Record<string, ServiceConfig>>;

export function serviceOf(name: string, services: Services): ServiceConfig {
  const service = services[name];
  if (service === undefined) throw new Error(`gitops.json has no service ${name}`);
  return service;
}

/** What a suite that calls the engine's program itself needs in its environment (CONTAINERS_CONF, for one). */
export function settingsOf(cli: ContainerCli): Record<string, string> {
  return Object.fromEntries(Object.entries(cli.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export function newId(): string {
  return randomBytes(6).toString("hex");
}

type Opened = Awaited<ReturnType<typeof openLocalEngine>>;

export async function withEngine<Result>(surroundings: CheckSurroundings, work: (opened: Opened & { config: Config; services: Services }) => Promise<Result>): Promise<Result> {
  const config = parseConfig(await readFile(join(surroundings.root, "gitops.json"), "utf8"));
  const opened = await openLocalEngine({ ...surroundings, clock: systemClock, newId, images: config.images });
  try {
    return await work({ ...opened, config, services: config.services });
  } finally {
    await opened.close();
  }
}
