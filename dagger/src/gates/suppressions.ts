import type { StepCommand } from "../engine/engine.ts";
import type { Suppression } from "../report/schema.ts";

/** What silences a tool from inside the tree: a marker in a file, or a whole file. */
export interface SuppressionMarkers {
  /** Fixed strings, as `grep -F` takes them. */
  readonly comments: readonly string[];
  /** File names, such as `.gitleaksignore`. */
  readonly files: readonly string[];
  /** Names of folders that the tool does not look into. */
  readonly skippedFolders: readonly string[];
}

/**
 * Two commands that list the markers below a folder. They run in the gate's own
 * step, so that what is counted is what the tool saw.
 */
export function suppressionCommands(folder: string, markers: SuppressionMarkers): StepCommand[] {
  const prune = markers.skippedFolders.flatMap((name, index) => (index === 0 ? ["-name", name] : ["-o", "-name", name]));
  const names = markers.files.flatMap((name, index) => (index === 0 ? ["-name", name] : ["-o", "-name", name]));
  const commands: StepCommand[] = [];
  if (markers.comments.length > 0) {
    // grep's 1 is "none here"; find makes a 1 of grep's errors too, so it is sorted out before find sees it.
    const search = `grep -anoF ${markers.comments.map((marker) => `-e '${marker}'`).join(" ")} /dev/null "$@" || [ $? -eq 1 ]`;
    commands.push({ argv: ["find", ".", "(", ...prune, ")", "-prune", "-o", "-type", "f", "-exec", "sh", "-c", search, "sh", "{}", "+"], accept: [0], workdir: folder });
  }
  if (markers.files.length > 0) {
    commands.push({
      argv: ["find", ".", "(", ...prune, ")", "-prune", "-o", "-type", "f", "(", ...names, ")", "-print"],
      accept: [0],
      workdir: folder,
    });
  }
  return commands;
}

/** Reads what the commands printed; `prefix` leads from the repository's root to `folder`. */
export function readSuppressions(outputs: readonly string[], prefix = ""): Suppression[] {
  return outputs
    .flatMap((output) => output.split("\n"))
    .filter((line) => line !== "")
    .map((line) => {
      const match = /^\.\/(.*?):(\d+):(.*)$/.exec(line);
      return match === null
        ? { marker: line.slice(line.lastIndexOf("/") + 1), where: `${prefix}${line.replace(/^\.\//, "")}` }
        : { marker: match[3] ?? "", where: `${prefix}${match[1] ?? ""}:${match[2] ?? ""}` };
    })
    .toSorted((a, b) => a.where.localeCompare(b.where, "en", { numeric: true }));
}
