import { standInReference } from "../../../dagger/src/images/catalogue.ts";
import type { ContainerCli } from "../../local/src/container-engine/container-cli.ts";
import type { ContainerEngine } from "../../local/src/container-engine/engine.ts";
import { buildStandIn } from "./build-stand-in.ts";
import { ImageError } from "./errors.ts";
import type { HostSettings } from "./host-settings.ts";
import { findStoredImage } from "./image-store.ts";
import { withProcessLock } from "./process-lock.ts";
import { RECIPE_LABEL, recipeHash } from "./recipe-hash.ts";
import { debianReference, recipeOf, type Recipe, type StandInName } from "./recipes.ts";

export interface StandInOptions {
  readonly containers: ContainerEngine;
  readonly host: HostSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly notify: (message: string) => void;
}

/** Two stand-ins asked for at once share the building of their base. */
const underWay = new WeakMap<ContainerEngine, Map<StandInName, Promise<string>>>();

/** The id of an up-to-date stand-in; builds it, and what it stands on, when it is missing. */
export async function ensureStandIn(name: StandInName, options: StandInOptions): Promise<string> {
  const running = underWay.get(options.containers) ?? new Map<StandInName, Promise<string>>();
  underWay.set(options.containers, running);
  const shared = running.get(name);
  if (shared) return shared;
  const started = ensure(name, options).finally(() => running.delete(name));
  running.set(name, started);
  return started;
}

/** The id of a stand-in that is up to date; undefined = there is none, or an older one. */
export async function findStandIn(name: StandInName, cli: ContainerCli): Promise<string | undefined> {
  const recipe = namedRecipe(name);
  return findUpToDate(recipe, await hashOf(recipe), cli);
}

async function ensure(name: StandInName, options: StandInOptions): Promise<string> {
  const { signal, notify } = options;
  const { cli } = options.containers;
  const recipe = namedRecipe(name);
  const hash = await hashOf(recipe);
  const present = await findUpToDate(recipe, hash, cli);
  if (present !== undefined) return present;

  if (recipe.base !== undefined) await ensureStandIn(recipe.base, options);
  return withProcessLock(
    `stand-in ${name}`,
    async () => {
      const builtMeanwhile = await findUpToDate(recipe, hash, cli);
      if (builtMeanwhile !== undefined) return builtMeanwhile;
      notify(`building a stand-in for the image "${name}" from packages, about ${recipe.aboutSeconds} s`);
      await buildStandIn(recipe, recipe.base && namedRecipe(recipe.base).reference, hash, options);
      const built = await findUpToDate(recipe, hash, cli);
      if (built === undefined) throw vanished(recipe);
      notify(`the stand-in for "${name}" is ready`);
      return built;
    },
    { signal, onWait: () => { notify(`another process is building the stand-in for "${name}": waiting for it`); } },
  );
}

async function findUpToDate(recipe: Recipe, hash: string, cli: ContainerCli): Promise<string | undefined> {
  const image = await findStoredImage(cli, recipe.reference);
  return image?.labels[RECIPE_LABEL] === hash ? image.id : undefined;
}

async function hashOf(recipe: Recipe): Promise<string> {
  return recipeHash(recipe, recipe.base === undefined ? "" : await hashOf(namedRecipe(recipe.base)));
}

function namedRecipe(name: StandInName): Recipe {
  return recipeOf(name, name === "debian" ? debianReference : standInReference(name));
}

function vanished(recipe: Recipe): ImageError {
  return new ImageError("STAND_IN_FAILED", {
    happened: `The stand-in for "${recipe.name}" was built, but the engine does not have it.`,
    state: "Something removed it at once, or the engine stores images elsewhere than it looks.",
    next: "Start again; see that no clean-up of images runs at the same time.",
  });
}
