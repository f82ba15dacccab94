import { readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { isAlive } from "../run/owner.ts";
import { ownerOfPath } from "../run/run-folder.ts";

/**
 * `podman build` that is stopped, by whichever signal, leaves its working
 * containers in the store, or the process of its RUN, or both. Docker cleans up
 * by itself. Each build of ours has a folder of its own below the run's: a file
 * in it is named as a secret that nothing mounts, and Podman's own temporary
 * files are there. By it the build's process, its working containers and what
 * its RUN started are known from those of other people.
 */
const markId = "gitops-build";

/** Arguments of the build; its TMPDIR has to be the mark's folder. */
export function buildMark(path: string): string[] {
  return ["--secret", `id=${markId},src=${path}`];
}

/** Tells whether a path leads into the folder of a build that is to go. */
type IsOurs = (path: string) => boolean;

/** Of one build that has been stopped. */
export async function removeWorkOf(engine: ContainerEngine, mark: string): Promise<void> {
  // Without what is above it: a mount shows a path as it is on its own disk.
  const folder = `/${mark.split("/").slice(-3, -1).join("/")}/`;
  await removeWork(engine, (path) => path.includes(folder));
}

/** Of runs that were killed, and of the builds that went on without them. Returns how many containers. */
export async function sweepWork(engine: ContainerEngine): Promise<number> {
  return removeWork(engine, (path) => {
    const owner = ownerOfPath(path);
    return owner !== undefined && !isAlive(owner);
  });
}

async function removeWork(engine: ContainerEngine, isOurs: IsOurs): Promise<number> {
  if (engine.remote) return 0;
  await killBuilds(isOurs);
  if (engine.program !== "podman") return 0;
  await killRuns(isOurs);
  const { stdout } = await engine.cli.run(["ps", "--all", "--external", "--no-trunc", "--format", "{{.ID}} {{.Names}}"]);
  const ids = stdout.split("\n").filter((line) => /-working-container(-\d+)?$/.test(line)).map((line) => line.split(" ")[0] ?? "");
  if (ids.length === 0) return 0;
  const store = join((await engine.cli.run(["info", "--format", "{{.Store.GraphRoot}}"])).stdout.trim(), `${engine.storageDriver}-containers`);
  const marks = await Promise.all(ids.map(async (id) => ({ id, mark: await markOf(store, id) })));
  const ours = marks.filter(({ mark }) => mark !== undefined && isOurs(mark)).map(({ id }) => id);
  if (ours.length > 0) await engine.cli.run(["rm", "--force", ...ours], { accept: "any" });
  return ours.length;
}

const workSchema = z.object({ CommonBuildOpts: z.object({ Secrets: z.array(z.string()).nullish() }) });

async function markOf(store: string, id: string): Promise<string | undefined> {
  try {
    const { CommonBuildOpts } = workSchema.parse(JSON.parse(await readFile(join(store, id, "userdata", "buildah.json"), "utf8")));
    return (CommonBuildOpts.Secrets ?? []).map(markIn).find((mark) => mark !== undefined);
  } catch {
    // Gone meanwhile, or of another form than we know: not certainly ours.
    return undefined;
  }
}

const markIn = (text: string): string | undefined => (text.startsWith(`id=${markId},src=`) ? text.slice(`id=${markId},src=`.length) : undefined);

/** The builds themselves: `podman build` or `docker build` with our mark among its arguments. */
async function killBuilds(isOurs: IsOurs): Promise<void> {
  await killWhere("cmdline", (text) => {
    const argv = text.split("\0");
    const mark = argv.map(markIn).find((found) => found !== undefined);
    return ["podman", "docker"].includes(basename(argv[0] ?? "")) && mark !== undefined && isOurs(mark);
  });
}

/** What a RUN started: these files of its container are mounted from the build's folder. */
const mountedFiles = ["/etc/hosts", "/etc/resolv.conf", "/run/.containerenv"];

async function killRuns(isOurs: IsOurs): Promise<void> {
  const here = await mountsOf("self");
  await killWhere(
    "mountinfo",
    (text) =>
      // Fields of a line: id, parent, device, path on its own disk, mount point, …
      text.split("\n").map((line) => line.split(" ")).some(([, , , path = "", point = ""]) => mountedFiles.includes(point) && isOurs(path)),
    // Whatever sees the mounts that we see is in no container of ours.
    async (pid) => here !== undefined && (await mountsOf(pid)) !== here,
  );
}

const mountsOf = async (pid: string): Promise<string | undefined> => readlink(`/proc/${pid}/ns/mnt`).catch(() => undefined);

async function killWhere(file: "cmdline" | "mountinfo", matches: (text: string) => boolean, mayGo: (pid: string) => Promise<boolean> = async () => Promise.resolve(true)): Promise<void> {
  const pids = (await readdir("/proc").catch((): string[] => [])).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
      if (!matches(text) || !(await mayGo(pid))) return;
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }),
  );
}
