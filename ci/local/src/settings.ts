import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ConfigError, parseConfig, type Config } from "../../../dagger/src/config.ts";
import { AllowListError, allowListPath, parseAllowList, type AllowList } from "../../../dagger/src/gates/allow-list.ts";
import type { SonarAccess } from "../../../dagger/src/gates/gate.ts";
import type { ImageName } from "../../../dagger/src/images/catalogue.ts";
import type { Target } from "../../../dagger/src/report/schema.ts";
import { readRepositoryState, repositoryQueries, RepositoryError, type RepositoryState } from "../../../dagger/src/repository.ts";
import { CliError } from "./cli-error.ts";

/** What a run goes by: the repository's state, its gitops.json and allow list, and what the environment says. */

export interface Settings {
  readonly config: Config;
  readonly allowList: AllowList;
}

/** `images` replace those of gitops.json; what `npm run outputs` has written for the environment is put over it. Throws CliError BAD_CONFIG. */
export async function readSettings(root: string, images: Readonly<Partial<Record<ImageName, string>>>, environment?: string): Promise<Settings> {
  try {
    const overlay = environment === undefined ? undefined : await readIfThere(join(root, ".gitops", "environments", `${environment}.json`));
    if (environment !== undefined && overlay === undefined) throw new CliError("BAD_CONFIG", `There is no .gitops/environments/${environment}.json, which says what another environment has. Nothing was started.`, `Write it with: npm run outputs -- --environment ${environment} --gitops-file`);
    const config = parseConfig(await readIfThere(join(root, "gitops.json")), environment === undefined ? "gitops.json" : `gitops.json with .gitops/environments/${environment}.json`, overlay);
    return { config: { ...config, images: { ...config.images, ...images } }, allowList: parseAllowList(await readIfThere(join(root, allowListPath))) };
  } catch (error) {
    if (error instanceof ConfigError || error instanceof AllowListError) throw new CliError("BAD_CONFIG", error.message, "", error);
    throw error;
  }
}

/** A rehearsal has no RDS: a release with an external database is rehearsed with the container that stands for it. */
export function forTarget(config: Config, target: Target): { readonly config: Config; readonly note?: string } {
  const { release } = config;
  if (target === "aws" || release?.database !== "external") return { config };
  return { config: { ...config, release: { ...release, database: "sidecar" } }, note: "a rehearsal has no RDS: this release is rehearsed with the database as a container of each task" };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CliError("BAD_CONFIG", `${path} cannot be read (${(error as Error).message}). Nothing was started.`, "Mend its permissions and run again.", error);
  }
}

/** Throws CliError BAD_REPOSITORY. */
export async function readRepository(folder: string): Promise<{ root: string; repository: RepositoryState }> {
  try {
    const answers = await Promise.all(
      repositoryQueries.map(async (query) => {
        const { exitCode, stdout, stderr } = await execa("git", query, { cwd: folder, reject: false, stripFinalNewline: false, env: { LC_ALL: "C" } });
        if (exitCode === undefined) throw new CliError("BAD_REPOSITORY", "Git could not be started. Nothing was started.", "Install Git, or put it on PATH.");
        return { exitCode, stdout, stderr };
      }),
    );
    return { root: answers[0]?.stdout.trim() ?? folder, repository: readRepositoryState(answers) };
  } catch (error) {
    if (error instanceof RepositoryError) throw new CliError("BAD_REPOSITORY", error.message, "", error);
    throw error;
  }
}

/** A SonarQube server or SonarCloud, by the names that Sonar's own tools use. */
export function sonarAccess(env: NodeJS.ProcessEnv): SonarAccess | undefined {
  const { SONAR_TOKEN: token = "", SONAR_HOST_URL: host = "" } = env;
  return token === "" ? undefined : { token, ...(host === "" ? {} : { host }) };
}
