import { z } from "zod";
import type { TaskSpec } from "../task-provider.ts";
import { lastLine, type ContainerProgram } from "./container-program.ts";

/** The one localhost of a task: its network namespace, and where its ports are on this machine. */
export interface TaskSpace {
  /** Has to run before any other may start, and has the network that they share: with Docker. */
  readonly owner: string | undefined;
  readonly networkArguments: (container: string) => readonly string[];
  /** Known once the owner runs. */
  readonly portOf: (containerPort: number) => Promise<number | undefined>;
}

export interface SpaceParts {
  readonly program: ContainerProgram;
  readonly task: TaskSpec;
  readonly labels: readonly string[];
  /** Of the container with that name in the task definition; of the task itself when absent. */
  readonly nameOf: (container?: string) => string;
}

export async function makeSpace(parts: SpaceParts): Promise<TaskSpace> {
  return parts.program.name === "podman" ? makePod(parts) : firstContainer(parts);
}

const published = (task: TaskSpec): string[] => [...new Set(task.containers.flatMap(({ containerPorts }) => containerPorts))].flatMap((port) => ["--publish", `127.0.0.1::${String(port)}`]);

const portBindings = z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable());
const pod = z.object({ InfraConfig: z.object({ PortBindings: portBindings.nullish() }) });
/** Podman 5 answers with a list. */
const inspected = z.union([pod, z.array(pod).transform(([first]) => first)]);

async function makePod({ program, task, labels, nameOf }: SpaceParts): Promise<TaskSpace> {
  const name = nameOf();
  // Podman's own /etc/hosts would make the containers' names known, which awsvpc does not.
  const { exitCode, stderr } = await program.run(["pod", "create", "--name", name, "--no-hosts", ...labels, ...published(task)]);
  if (exitCode !== 0) throw new Error(lastLine(stderr));
  const { stdout } = await program.run(["pod", "inspect", name]);
  const bindings = inspected.parse(JSON.parse(stdout))?.InfraConfig.PortBindings ?? {};
  return {
    owner: undefined,
    networkArguments: () => ["--pod", name],
    portOf: async (port) => Promise.resolve(toPort(bindings[`${String(port)}/tcp`]?.[0]?.HostPort)),
  };
}

function firstContainer({ program, task, nameOf }: SpaceParts): TaskSpace {
  const first = task.containers.filter(({ dependsOn }) => dependsOn.length === 0).toSorted((a, b) => Number(b.essential) - Number(a.essential))[0];
  const owner = first?.name ?? "";
  return {
    owner,
    networkArguments: (container) => (container === owner ? published(task) : ["--network", `container:${nameOf(owner)}`]),
    portOf: async (port) => {
      const { stdout } = await program.run(["port", nameOf(owner), `${String(port)}/tcp`]);
      return toPort(/^127\.0\.0\.1:(\d+)$/m.exec(stdout)?.[1]);
    },
  };
}

const toPort = (text: string | undefined): number | undefined => (text === undefined || text === "" ? undefined : Number(text));
