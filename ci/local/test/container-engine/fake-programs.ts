import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PATH on which only these programs are: shell scripts that say what a daemon would. */
export interface FakePrograms {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  remove(): Promise<void>;
}

export async function fakePrograms(scripts: Readonly<Record<string, string>>): Promise<FakePrograms> {
  const folder = await mkdtemp(join(tmpdir(), "gitops-fake-programs-"));
  const bin = join(folder, "bin");
  await mkdir(bin);
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
  }
  return {
    folder,
    // Nothing of this machine's own configuration of Podman is looked at.
    env: { PATH: bin, HOME: folder, CONTAINERS_CONF: join(folder, "none.conf") },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A script that answers `<command> …` with each JSON. */
export function answering(answers: Readonly<Record<string, unknown>>): string {
  const cases = Object.entries(answers).map(([command, answer]) => `${command}) cat <<'END'\n${JSON.stringify(answer)}\nEND\n;;`);
  return `case "$1" in\n${cases.join("\n")}\n*) exit 64;;\nesac`;
}
