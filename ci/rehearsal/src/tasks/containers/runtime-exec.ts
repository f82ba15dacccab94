import type { ContainerProgram } from "./container-program.ts";
import type { Exec } from "./engine-ways.ts";

/** By the engine's environment: another configuration may name another runtime. */
const runtimes = new WeakMap<object, Promise<string | undefined>>();

/**
 * Commands in a container by the OCI runtime itself, which takes a sixth of the
 * time that `podman exec` takes: a health check comes every few seconds. The
 * runtime gives them the container's own user, environment, rights, limits and
 * filters, which entering its namespaces by hand would not. Undefined where it
 * cannot be asked: by a user other than root, or with an engine that is elsewhere.
 */
export async function runtimeExec(program: ContainerProgram, id: string): Promise<Exec | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const asked = runtimes.get(program.env) ?? findRuntime(program);
  runtimes.set(program.env, asked);
  const runtime = await asked;
  if (runtime === undefined) return undefined;
  const { exitCode, stdout } = await program.run(["state", id], { command: runtime });
  if (exitCode !== 0 || !/"status": *"running"/.test(stdout)) return undefined;
  return async (argv, timeoutMs) => (await program.run(["exec", id, ...argv], { command: runtime, timeoutMs })).exitCode;
}

async function findRuntime(program: ContainerProgram): Promise<string | undefined> {
  const { exitCode, stdout } = await program.run(["info", "--format", "{{.Host.ServiceIsRemote}} {{.Host.Security.Rootless}} {{.Host.OCIRuntime.Path}}"]);
  const [isRemote, isRootless, path = ""] = stdout.trim().split(" ");
  return exitCode === 0 && isRemote === "false" && isRootless === "false" && /\/(?:runc|crun)$/.test(path) ? path : undefined;
}
