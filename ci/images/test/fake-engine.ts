import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContainerCli } from "../../local/src/container-engine/container-cli.ts";
import type { ContainerEngine } from "../../local/src/container-engine/engine.ts";

/** An engine whose command is a script over two lists: what it has, and what registries have. */
export interface FakeEngine {
  readonly containers: ContainerEngine;
  /** Commands run so far, one a line. */
  commands(): Promise<string[]>;
  has(image: string, labels?: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

const script = (pull: string) => `#!/bin/sh
PATH=/usr/bin:/bin
cd "$(dirname "$0")"
echo "$*" >> commands
name=$(echo "$3" | tr '/:' '__')
case "$1 $2" in
  "image inspect") [ -e "$name.json" ] && exec cat "$name.json"; echo "Error: $3: image not known" >&2; exit 125;;
  "image rm") rm -f "$name.json"; exit;;
esac
if [ "$1" = pull ]; then
  reference=$2
  has() { echo "[{\\"Id\\":\\"cafe\\"}]" > "$(echo "$reference" | tr '/:' '__').json"; }
  ${pull}
fi
exit 64
`;

export async function fakeEngine(pull: string): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), "gitops-fake-engine-"));
  const command = join(folder, "podman");
  await writeFile(command, script(pull), { mode: 0o755 });
  await writeFile(join(folder, "commands"), "");
  const cli = new ContainerCli({ program: "podman", command, env: { PATH: "/usr/bin:/bin" } });
  return {
    containers: {
      program: "podman",
      version: "4.3.1",
      cli,
      cpus: 2,
      memoryBytes: 1,
      // Of no processor that stand-ins are built for: nothing is built by accident.
      architecture: undefined,
      rootless: false,
      remote: false,
      storageDriver: "overlay",
      supports: { memoryLimit: true, pidsLimit: true, cpuLimit: true, pods: true, raiseLimits: true },
    },
    commands: async () => (await readFile(join(folder, "commands"), "utf8")).trimEnd().split("\n"),
    async has(image, labels = {}) {
      const file = join(folder, `${image.replaceAll(/[/:]/g, "_")}.json`);
      await writeFile(file, JSON.stringify([{ Id: "beef", Config: { Labels: labels } }]));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
