import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Recipe } from "./recipes.ts";

/** Names a stand-in's recipe: another hash means that the image is out of date. */
export const RECIPE_LABEL = "gitops.stand-in.recipe";

/** The folder of the recipes: ci/images. */
export const recipesFolder = join(import.meta.dirname, "..");

/** Everything that goes in: the folder's files, the arguments, how it is packed, the base's hash. */
export async function recipeHash(recipe: Recipe, baseHash: string): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([recipe.reference, recipe.args, baseHash]));
  const files: string[] = [];
  for (const source of [recipe.name, ...(recipe.shared === undefined ? [] : [recipe.shared])]) {
    const folder = join(recipesFolder, source);
    files.push(...(await readdir(folder)).sort().map((name) => join(folder, name)));
  }
  // The text of the file, not of the function: test runners rewrite functions.
  if (recipe.pack) files.push(join(import.meta.dirname, `pack-${recipe.name}.ts`));
  for (const file of files) {
    hash.update(`\0${basename(file)}\0`).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
}
