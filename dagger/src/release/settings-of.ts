import type { Config } from "../config.ts";
import type { ReleaseSettings } from "./release-settings.ts";

/** Throws, in a sentence, where gitops.json does not say how to release. */
export function releaseSettingsOf({ release }: Pick<Config, "release">): ReleaseSettings {
  if (release === undefined) throw new Error("gitops.json has no section release, so nobody knows how this is released. Nothing was started. Add it; dagger/gitops.schema.json lists its keys.");
  return release;
}
