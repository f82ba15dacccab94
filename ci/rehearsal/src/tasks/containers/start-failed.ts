/** The engine cannot start it: not ours to mend. The message is the task's reason, in AWS's words. */
export class StartFailed extends Error {
  override readonly name: string = "StartFailed";
}

/** A task's image cannot be had. */
export class ImageMissing extends StartFailed {
  override readonly name = "ImageMissing";

  constructor(detail: string) {
    super(`CannotPullContainerError: pull image manifest has been retried 1 time(s): ${detail}`);
  }
}

const beginning = /^(?:docker: )?Error(?: response from daemon)?: /;

/** What an engine says of a failure, without its warnings and its advice. */
export function reasonOf(stderr: string): string {
  const lines = stderr.trim().split("\n").map((line) => line.trim());
  const at = lines.findLastIndex((line) => beginning.test(line));
  if (at === -1) return lines.at(-1) ?? "";
  const reason = lines[at]?.replace(beginning, "") ?? "";
  // Podman lists why a file is none of the archives that it knows: one of them is what it is.
  const listed = reason.endsWith(":") ? lines.slice(at + 1).filter((line) => line.startsWith("* ")) : [];
  return [reason, ...listed.filter((line, _index, all) => isOfDisk(line) || !all.some(isOfDisk))].join(" ");
}

const isOfDisk = (line: string): boolean => line.includes("no space left on device");
