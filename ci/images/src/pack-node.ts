import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { PackContext } from "./recipes.ts";

/**
 * Node and npm as npm packages: `bin/node` is in a package for each processor,
 * npm carries everything that it needs.
 */
export async function packNode(context: PackContext): Promise<void> {
  const { folder, architecture, args } = context;
  const packed = join(folder, "packed");
  await mkdir(packed);
  const specs = [`node-linux-${architecture}@${args["NODE_VERSION"]}`, `npm@${args["NPM_VERSION"]}`];
  await execa("npm", ["pack", ...specs, "--pack-destination", packed, "--loglevel=error"], {
    cwd: folder,
    stdin: "ignore",
    extendEnv: false,
    env: withoutWorkspaces(context.env),
    ...(context.signal && { cancelSignal: context.signal }),
  });
  for (const archive of await readdir(packed)) {
    const into = join(folder, archive.startsWith("npm-") ? "npm" : "node-package");
    await mkdir(into);
    await execa("tar", ["-xzf", join(packed, archive), "-C", into, "--strip-components=1", "--no-same-owner"]);
  }
  await rename(join(folder, "node-package", "bin", "node"), join(folder, "node"));
  await rm(join(folder, "node-package"), { recursive: true });
  await rm(packed, { recursive: true });
}

/** What `npm run` leaves in the environment about the workspace it ran in. */
function withoutWorkspaces(env: PackContext["env"]): Record<string, string | undefined> {
  const own = /^npm_(config_(workspace|workspaces|local_prefix|dry_run|json)|package_|lifecycle_)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}
