import { posix } from "node:path";

/** Where a service lies: in its container, and in the repository. */
export interface ServicePlace {
  /** Folder of the sources in the container, absolute. */
  readonly sources: string;
  /** From the repository's root; "." is the root itself. */
  readonly path: string;
}

/** A path that a tool wrote, absolute or relative to the sources, as it leads from the repository's root; undefined outside of the service. */
export function pathInRepository(written: string, place: ServicePlace): string | undefined {
  const inContainer = posix.resolve(place.sources, written);
  const inService = posix.relative(place.sources, inContainer);
  if (inService === "" || inService === ".." || inService.startsWith("../")) return undefined;
  return posix.join(place.path, inService);
}

/** Packages and what Node has in itself: not the service's own files. */
const packages = /^node:|(^|\/)(node_modules|site-packages|dist-packages|vendor|\.venv)\//;

/** As `pathInRepository`, and undefined for files of packages too. */
export function ownPath(written: string, place: ServicePlace): string | undefined {
  return packages.test(written) ? undefined : pathInRepository(written, place);
}

/** The innermost place of a stack trace or message that lies in the service's own files, as `file:line`. */
export function placeInText(text: string, place: ServicePlace): string | undefined {
  // pytest ends with "file:line: what"; a stack trace begins with its innermost frame.
  const pytest = [...text.matchAll(/^([^\s:]+):(\d+): /gm)].toReversed();
  const frames = text.matchAll(/(?:^|[\s("'])(?:file:\/\/)?((?:[\w@.+~-]*\/)+[\w@.+~[\]-]+\.\w+):(\d+)/gm);
  for (const [, file = "", line = ""] of [...pytest, ...frames]) {
    const path = ownPath(file, place);
    if (path !== undefined) return `${path}:${line}`;
  }
  return undefined;
}
