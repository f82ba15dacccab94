import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { ContainerProgram } from "./container-program.ts";
import { hasPauseProgram, pauseProgram, type Architecture } from "./pause-program.ts";
import { reasonOf, StartFailed } from "./start-failed.ts";

/** A name that no registry has. */
const image = "rehearsal.invalid/pause:1";

/** An image whose container only waits; made once for each engine. Throws StartFailed. */
export async function providePauseImage(program: ContainerProgram): Promise<string> {
  if ((await program.run(["image", "inspect", "--format", "{{.Id}}", image])).exitCode === 0) return image;
  const { exitCode, stdout, stderr } = await program.run(["version", "--format", "{{.Server.Arch}}"]);
  const architecture = stdout.trim();
  if (exitCode !== 0) throw new StartFailed(`ResourceInitializationError: ${reasonOf(stderr)}`);
  if (!hasPauseProgram(architecture)) throw new StartFailed(`ResourceInitializationError: tasks in Docker run on amd64 and arm64, and this engine is ${architecture}`);
  await importImage(program, architecture);
  return image;
}

async function importImage(program: ContainerProgram, architecture: Architecture): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gitops-rehearsal-pause-"));
  try {
    const archive = pack();
    archive.entry({ name: "pause", mode: 0o755, mtime: new Date(0) }, pauseProgram(architecture));
    archive.finalize();
    const file = join(folder, "pause.tar");
    await pipeline(archive, createWriteStream(file));
    const { exitCode, stderr } = await program.run(["import", "--change", 'ENTRYPOINT ["/pause"]', file, image]);
    if (exitCode !== 0) throw new StartFailed(`ResourceInitializationError: ${reasonOf(stderr)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
