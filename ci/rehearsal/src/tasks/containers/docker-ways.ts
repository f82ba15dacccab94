import type { EngineWays } from "./engine-ways.ts";
import { providePauseImage } from "./pause-image.ts";
import { portsBy, publishArguments } from "./published-ports.ts";
import { reasonOf, StartFailed } from "./start-failed.ts";

/**
 * A task is a container that only waits, and the others in its network. So any
 * container may come first and end first, as in a pod; one of the task's own in
 * its place would take the network with it when it ends.
 */
export const dockerWays: EngineWays = {
  makeSpace: async ({ program, task, labels, name }) => {
    const image = await providePauseImage(program);
    const { exitCode, stderr } = await program.run(["run", "--detach", "--pull", "never", "--name", name, ...labels, ...publishArguments(task), image]);
    if (exitCode !== 0) throw new StartFailed(`ResourceInitializationError: ${reasonOf(stderr)}`);
    return { arguments: ["--network", `container:${name}`], portOf: portsBy(program, ["container", "inspect", "--format", "{{json .NetworkSettings.Ports}}", name]) };
  },
  holdSpace: async () => Promise.resolve(),
  // The one that has the network goes last.
  removeTask: (task, containers) => ["rm", "--force", "--volumes", ...containers, task],
  execIn: async (program, { name }) => Promise.resolve(async (argv, timeoutMs) => (await program.run(["exec", name, ...argv], { timeoutMs })).exitCode),
  runArguments: [],
  readOnlyArguments: ["--read-only"],
  kinds: [
    // Newest first, so that the one that has the network of others goes after them.
    { name: "container", list: ["ps", "--all", "--no-trunc"], id: "{{.ID}}", state: "{{.State}}", remove: ["rm", "--force", "--volumes"] },
    { name: "volume", list: ["volume", "ls"], id: "{{.Name}}", state: "-", remove: ["volume", "rm", "--force"] },
  ],
  labelFormat: (label) => `{{.Label "${label}"}}`,
};
