import { CacheSharingMode, dag, type Container, type Directory, type Service } from "@dagger.io/dagger";
import { readFileSync } from "node:fs";

import type { DaggerImages } from "../engine/dagger-images.ts";
import { withToolAccess, type DaggerAccess } from "../engine/dagger-access.ts";

/** A rehearsal as a service of the session: an AWS in a container, whose tasks are containers in that container. */

/** By this name everything in the session reaches it, and so image references name it. */
export const rehearsalHost = "rehearsal";
export const rehearsalPort = 4610;
/** Where users of a rehearsed release are let in: users.ts. */
export const usersPort = 4609;
/** Ports that a load balancer's listeners may have, of users and of tests; 20000 more leads to each from outside of the container. */
const balancerPorts = [80, 443, 8080, 8443] as const;

const program = "/rehearsal/program";
const settingsPath = "/rehearsal/settings.json";
const worldPath = "/rehearsal/world";
/** The repository, for hooks: their commands are its own. */
export const hooksRoot = "/rehearsal/repository";
export const hooksNode = "/usr/local/bin/node";
/** Both caches hold what one server has at a time. */
const statePath = "/rehearsal/state";
const storagePath = "/rehearsal/containers";

export interface RehearsalServiceOptions {
  /** ci/rehearsal, with its package-lock.json and without its node_modules. */
  readonly sources: Directory;
  /** Terraform JSON: a file, or a folder that has it. */
  readonly world: { readonly source: Directory; readonly path: string };
  /** Name of a secret -> the keys of its JSON that are asked for. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  /** Lambda function -> what runs for it, in the repository's root: hook-commands.ts. */
  readonly hooks: Readonly<Record<string, string>>;
  readonly project: string;
  /** How many seconds pass in one, while nothing is starting. */
  readonly speed: number;
  /** Forget what an earlier session has left. */
  readonly fresh: boolean;
  readonly images: DaggerImages;
  readonly access: DaggerAccess;
  /** Of the run: a service that is asked for again in the same run is the same one. */
  readonly startedAt: number;
}

/**
 * What was released is kept in a cache of the engine, one for each project, and
 * taken up again by the next session; the service itself ends with its session.
 */
export async function rehearsalService(options: RehearsalServiceOptions): Promise<Service> {
  const { images, project, startedAt, world } = options;
  const [podman, node] = await Promise.all([images.pull("podman"), images.pull("node")]);
  const isFolder = !/\.json$/.test(world.path);
  const cache = (name: string): [ReturnType<typeof dag.cacheVolume>, { sharing: CacheSharingMode }] => [dag.cacheVolume(`gitops-rehearsal-${name}-${project}`), { sharing: CacheSharingMode.Locked }];
  const container = podman
    .withUser("0:0")
    .withFile(hooksNode, node.file("/usr/local/bin/node"))
    .withNewFile("/etc/containers/containers.conf", containersConf)
    .withNewFile("/etc/containers/storage.conf", storageConf)
    .withDirectory(program, options.sources)
    .withDirectory(`${program}/node_modules`, packages(node, options))
    .with((made) => (isFolder ? made.withDirectory(worldPath, world.source.directory(world.path)) : made.withFile(`${worldPath}/${fileName(world.path)}`, world.source.file(world.path))))
    .with((made) => (Object.keys(options.hooks).length === 0 ? made : made.withDirectory(hooksRoot, world.source)))
    .withNewFile("/rehearsal/launch.mjs", readFileSync(new URL("./launch.mjs", import.meta.url), "utf8"))
    .withNewFile(settingsPath, JSON.stringify(settingsOf(options, isFolder)))
    .withMountedCache(statePath, ...cache("state"))
    .withMountedCache(storagePath, ...cache("containers"))
    // One that has ended is not to be found again by a later run.
    .withEnvVariable("REHEARSAL_RUN", String(startedAt));
  return [rehearsalPort, usersPort, ...balancerPorts.map(doorOf)]
    .reduce((made: Container, port) => made.withExposedPort(port), container)
    .asService({ args: ["node", "/rehearsal/launch.mjs", settingsPath], insecureRootCapabilities: true })
    .withHostname(rehearsalHost);
}

/** Its packages, by its own lock file. */
function packages(node: Container, { access, sources }: RehearsalServiceOptions): Directory {
  return withToolAccess(node.withUser("0:0"), access)
    .withMountedCache("/root/.npm", dag.cacheVolume("gitops-npm"))
    .withDirectory("/packages", sources.filter({ include: ["package.json", "package-lock.json"] }))
    .withWorkdir("/packages")
    .withExec(["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"])
    .directory("/packages/node_modules");
}

const fileName = (path: string): string => path.split("/").at(-1) ?? path;
export const doorOf = (port: number): number => 20_000 + port;
const behind = (port: number): number => 30_000 + port;

const settingsOf = ({ fresh, hooks, secrets, speed, world }: RehearsalServiceOptions, isFolder: boolean): unknown => ({
  program,
  state: `${statePath}/rehearsal`,
  fresh,
  world: isFolder ? worldPath : `${worldPath}/${fileName(world.path)}`,
  speed,
  secrets,
  hooks,
  innerPort: behind(0),
  usersPort,
  toldAs: `http://${rehearsalHost}:${String(rehearsalPort)}`,
  doors: [{ outer: rehearsalPort, inner: behind(0) }, ...balancerPorts.map((port) => ({ listener: port, outer: doorOf(port), inner: behind(port) }))],
});

/** A container of Dagger has no cgroups of its own to give. */
const containersConf = `[containers]
cgroups = "disabled"
log_driver = "k8s-file"
[engine]
runtime = "crun"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
`;

/** Overlay needs another file system below it than that of a container. */
const storageConf = `[storage]
driver = "overlay"
graphroot = "${storagePath}"
runroot = "/run/containers/storage"
`;
