import type { Config, ServiceConfig } from "../config.ts";
import type { ImageBuild } from "../engine/engine.ts";
import { imageTag, type RepositoryState } from "../repository.ts";

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

/**
 * The build of what is released of a service: the same value for every gate that
 * asks for it, so that an engine builds it once.
 */
export function releaseBuild(name: string, context: { readonly config: Config; readonly repository: RepositoryState }): ImageBuild {
  const { config, repository } = context;
  const service = config.services[name];
  if (service === undefined) throw new Error(`no service ${name}`);
  const first = [service.staticAnalysis?.target, service.unitTests?.target].filter((target): target is string => target !== undefined && target !== service.target);
  return {
    ...serviceBuild(name, service, {
      target: service.target,
      timeoutMs: config.gates.images.timeoutMinutes * 60_000,
      release: { project: config.project, version: imageTag(repository) },
    }),
    ...(first.length === 0 ? {} : { first: [...new Set(first)] }),
  };
}
