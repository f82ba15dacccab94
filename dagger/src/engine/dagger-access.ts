import type { Container, Secret } from "@dagger.io/dagger";
import { toolCaEnv, toolCaPath, toolNpmrcEnv, toolNpmrcPath } from "./tool-access.ts";

/** Each named as Dockerfiles name it. */
export interface DaggerAccess {
  readonly ca?: Secret;
  readonly npmrc?: Secret;
  /** For builds only. */
  readonly pip?: Secret;
}

/** The container as it reaches registries. */
export function withToolAccess(container: Container, { ca, npmrc }: DaggerAccess): Container {
  let result = container;
  const give = (secret: Secret | undefined, path: string, env: Readonly<Record<string, string>>): void => {
    if (secret === undefined) return;
    result = result.withMountedSecret(path, secret, { owner: "0:0", mode: 0o444 });
    for (const [name, value] of Object.entries(env)) result = result.withEnvVariable(name, value);
  };
  give(ca, toolCaPath, toolCaEnv);
  give(npmrc, toolNpmrcPath, toolNpmrcEnv);
  return result;
}
