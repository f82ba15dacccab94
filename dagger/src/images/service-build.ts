import type { ServiceConfig } from "../config.ts";
import type { ImageBuild } from "../engine/engine.ts";

/** The build of one target of a service. Only what is released carries a tag and the commit. */
export function serviceBuild(
  name: string,
  service: ServiceConfig,
  options: { target: string; timeoutMs: number; release?: { project: string; version: string } },
): ImageBuild {
  return {
    service: name,
    context: service.path,
    dockerfile: service.dockerfile,
    target: options.target,
    baseImages: service.baseImages,
    timeoutMs: options.timeoutMs,
    ...(options.release === undefined ? {} : { tag: `${options.release.project}-${name}:${options.release.version}`, commit: options.release.version }),
  };
}
