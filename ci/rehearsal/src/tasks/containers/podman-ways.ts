import type { ContainerProgram } from "./container-program.ts";
import type { EngineWays } from "./engine-ways.ts";
import { portsBy, publishArguments } from "./published-ports.ts";
import { runtimeExec } from "./runtime-exec.ts";
import { reasonOf, StartFailed } from "./start-failed.ts";

async function need(program: ContainerProgram, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await program.run(args);
  if (exitCode !== 0) throw new StartFailed(`ResourceInitializationError: ${reasonOf(stderr)}`);
}

/** A task is a pod. */
export const podmanWays: EngineWays = {
  makeSpace: async ({ program, task, labels, name }) => {
    // Podman's own /etc/hosts would make the containers' names known, which awsvpc does not.
    await need(program, ["pod", "create", "--name", name, "--no-hosts", ...labels, ...publishArguments(task)]);
    return { arguments: ["--pod", name], portOf: portsBy(program, ["pod", "inspect", "--format", "{{json .InfraConfig.PortBindings}}", name]) };
  },
  holdSpace: async (program, name) => need(program, ["pod", "start", name]),
  removeTask: (task) => ["pod", "rm", "--force", "--ignore", "--time", "0", task],
  execIn: async (program, { name, id }) => (await runtimeExec(program, id)) ?? (async (argv, timeoutMs) => (await program.run(["exec", name, ...argv], { timeoutMs })).exitCode),
  runArguments: ["--http-proxy=false"],
  readOnlyArguments: ["--read-only", "--read-only-tmpfs=false"],
  kinds: [
    { name: "pod", list: ["pod", "ps", "--no-trunc"], id: "{{.ID}}", state: "-", remove: ["pod", "rm", "--force", "--ignore", "--time", "0"] },
    { name: "container", list: ["ps", "--all", "--no-trunc"], id: "{{.ID}}", state: "{{.State}}", remove: ["rm", "--force", "--ignore", "--time", "0", "--volumes"] },
    { name: "volume", list: ["volume", "ls"], id: "{{.Name}}", state: "-", remove: ["volume", "rm", "--force"] },
  ],
  labelFormat: (label) => `{{index .Labels "${label}"}}`,
};
