import { RehearsalError } from "../../rehearsal-error.ts";
import { ContainerProgram, type ProgramChoice, type ProgramName } from "./container-program.ts";
import { waysOf } from "./engine-ways.ts";
import { labelArguments } from "./labels.ts";
import { ownerOf } from "./owner.ts";
import { StartFailed } from "./start-failed.ts";

/** Starts a task without containers and takes it away: what an engine cannot do here it says now, and not when a service has half started. Throws RehearsalError. */
export async function tryEngine(choice: ProgramChoice): Promise<void> {
  const program = new ContainerProgram(choice);
  const ways = waysOf(choice.program);
  const owner = ownerOf(process.pid);
  const name = `rehearsal-trial-${owner}`;
  try {
    await ways.makeSpace({ program, task: { containers: [] }, labels: labelArguments("trial", owner), name });
    await ways.holdSpace(program, name);
  } catch (error) {
    throw error instanceof StartFailed ? engineError(choice.program, error.message) : error;
  } finally {
    await program.run(ways.removeTask(name, []));
  }
}

const titles = { podman: "Podman", docker: "Docker" } as const;

/** What a person can be told of an engine that starts nothing, from what it said. */
export function engineError(program: ProgramName, said: string): RehearsalError {
  const title = titles[program];
  const detail = said.replace(/^ResourceInitializationError: /, "");
  if (/cannot connect to|is the docker daemon running|unable to connect|failed to connect|error during connect|no end within/i.test(detail)) {
    return new RehearsalError("ENGINE_SILENT", `${title} is installed and does not answer (${detail}). Nothing was started.`, program === "docker" ? "Start Docker (its daemon, dockerd), point DOCKER_HOST at the one that runs, or say --engine podman." : "Start it with `podman machine start`, or say --engine docker.");
  }
  if (/r?limit.*operation not permitted|operation not permitted.*rlimit/i.test(detail)) {
    return new RehearsalError("ENGINE_REFUSES_LIMITS", `${title} would give containers higher limits than this process may give (${detail}). Nothing was started.`, 'Name a file in CONTAINERS_CONF that has, below [containers], default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"], with no more than `ulimit -Hn` and `ulimit -Hu` say; `npm run pipeline` writes such a file to ~/.cache/gitops.');
  }
  if (/no space left on device|disk quota exceeded/i.test(detail)) {
    return new RehearsalError("DISK_FULL", `${title} cannot start a container, because the disk is full (${detail}). Nothing was started.`, `Make space, for instance with \`${program} system prune\`.`);
  }
  return new RehearsalError("ENGINE_FAILS", `${title} is installed and cannot start a container here: ${detail}. Nothing was started.`, `See what \`${program} info\` says, or choose another with --engine.`);
}
