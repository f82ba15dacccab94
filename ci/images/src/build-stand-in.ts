import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExecaError } from "execa";
import { canInstallPackages } from "../../local/src/container-engine/apt.ts";
import type { ContainerEngine } from "../../local/src/container-engine/engine.ts";
import { isContainerEngineError } from "../../local/src/container-engine/errors.ts";
import { lastLines } from "../../local/src/container-engine/last-lines.ts";
import { ImageError } from "./errors.ts";
import { secretIds, type HostSettings } from "./host-settings.ts";
import { RECIPE_LABEL, recipesFolder } from "./recipe-hash.ts";
import type { Recipe } from "./recipes.ts";

export interface BuildOptions {
  readonly containers: ContainerEngine;
  readonly host: HostSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Builds one stand-in under its reference; the caller holds its lock. */
export async function buildStandIn(
  recipe: Recipe,
  baseReference: string | undefined,
  hash: string,
  options: BuildOptions,
): Promise<void> {
  const architecture = await possibleHere(recipe, options);
  await removeLeftovers(recipe);
  const folder = await mkdtemp(join(tmpdir(), `${leftoverPrefix(recipe)}${process.pid}-`));
  try {
    const context = join(folder, "context");
    const secrets = join(folder, "secrets");
    for (const source of [recipe.name, ...(recipe.shared === undefined ? [] : [recipe.shared])]) await cp(join(recipesFolder, source), context, { recursive: true });
    await writeSecrets(secrets, options.host);
    await recipe.pack?.({
      folder: context,
      env: { ...options.env, ...options.host.proxyEnv },
      aptConfFile: join(secrets, secretIds.aptConf),
      architecture,
      args: recipe.args,
      signal: options.signal,
    });
    if (baseReference === undefined) await importRoot(recipe, join(context, "root.tar"), hash, options);
    else await buildFrom(recipe, baseReference, { context, secrets }, hash, options);
  } catch (error) {
    throw explained(recipe, error, options.signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importRoot(recipe: Recipe, tar: string, hash: string, { containers, signal }: BuildOptions): Promise<void> {
  const changes = [`LABEL ${RECIPE_LABEL}=${hash}`, 'CMD ["bash"]'].flatMap((change) => ["--change", change]);
  await containers.cli.run(["import", ...changes, tar, recipe.reference], { signal });
}

async function buildFrom(
  recipe: Recipe,
  base: string,
  folders: { context: string; secrets: string },
  hash: string,
  { containers: { cli }, host, signal }: BuildOptions,
): Promise<void> {
  const args = Object.entries({ ...recipe.args, BASE: base }).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
  // A name alone takes its value from the environment: proxies may have passwords.
  const proxies = Object.keys(host.proxyEnv).flatMap((name) => ["--build-arg", name]);
  const secrets = Object.values(secretIds).flatMap((id) => ["--secret", `id=${id},src=${join(folders.secrets, id)}`]);
  await cli.run(
    [
      "build",
      ...(cli.program === "podman" ? ["--pull=never", "--force-rm"] : []),
      // The steps are our own: so a proxy or name server on the loopback serves too.
      "--network=host",
      ...args,
      ...proxies,
      ...secrets,
      "--label",
      `${RECIPE_LABEL}=${hash}`,
      "--tag",
      recipe.reference,
      folders.context,
    ],
    { signal, env: { ...host.proxyEnv, DOCKER_BUILDKIT: "1" } },
  );
}

/** Every secret is there, if empty: a RUN that mounts one that is missing may fail. */
async function writeSecrets(folder: string, host: HostSettings): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const ca = host.caFile === undefined ? "" : await readFile(host.caFile);
  const texts = { ca, npmrc: host.npmrc, pipConf: host.pipConf, aptConf: host.aptConf, goEnv: host.goEnv, mavenSettings: host.mavenSettings };
  for (const [kind, text] of Object.entries(texts)) {
    const file = join(folder, secretIds[kind as keyof typeof secretIds]);
    await writeFile(file, text, { mode: 0o600 });
  }
}

function leftoverPrefix(recipe: Recipe): string {
  return `gitops-stand-in-${recipe.name}-`;
}

/** A process that was killed leaves its folder; we hold the lock, so it is nobody's. */
async function removeLeftovers(recipe: Recipe): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (name.startsWith(leftoverPrefix(recipe))) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function possibleHere(recipe: Recipe, { containers, env }: BuildOptions): Promise<"x64" | "arm64"> {
  const { architecture } = containers;
  if (architecture !== undefined && architecture === process.arch && (await canInstallPackages(env))) return architecture;
  throw new ImageError("STAND_IN_IMPOSSIBLE", {
    happened: `No image registry answers for "${recipe.name}", and a stand-in can be built as root on Debian or Ubuntu (x64, arm64) only.`,
    state: "No image was pulled or built.",
    next: 'Name a registry or mirror that this machine reaches in gitops.json ("images"), or load the image by hand.',
  });
}

function explained(recipe: Recipe, error: unknown, signal: AbortSignal | undefined): unknown {
  const isExpected = error instanceof ImageError || (isContainerEngineError(error) && error.code !== "COMMAND_FAILED");
  if (isExpected || signal?.aborted) return error;
  const tail = reasonOf(error);
  return new ImageError("STAND_IN_FAILED", {
    happened: `The stand-in for "${recipe.name}" could not be built: ${tail}`,
    state: "An older stand-in, if there was one, is still there; nothing half-built carries its name.",
    next: "Make the package registries (Debian, npm, Go, Maven) reachable, then start again.",
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  if (isContainerEngineError(error)) return error.stderrTail;
  if (error instanceof ExecaError) return lastLines(typeof error.stderr === "string" && error.stderr !== "" ? error.stderr : error.shortMessage);
  return String(error);
}
