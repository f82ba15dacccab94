import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { Network } from "../../src/network/network.ts";
import { ContainerTaskProvider, type ContainerTaskProviderOptions } from "../../src/tasks/container-task-provider.ts";
import { waysOf } from "../../src/tasks/containers/engine-ways.ts";
import type { TaskSpec } from "../../src/tasks/task-provider.ts";
import type { Provided } from "./engines.ts";
import { Recorder } from "./recorder.ts";

/** A provider on one of this machine's real engines. */
export function containerMachine({ engine, image }: Provided, changes: Partial<ContainerTaskProviderOptions> = {}) {
  const { program, cli } = engine;
  const [clock, network, defects, notices] = [new VirtualClock(Date.UTC(2026, 0, 1)), new Network(), [] as unknown[], [] as string[]];
  const options = { program, env: cli.env, rehearsalId: randomBytes(8).toString("hex"), ownerPid: process.pid, network, clock, onDefect: (error: unknown) => defects.push(error), onNotice: (text: string) => notices.push(text), ...changes };
  const provider = new ContainerTaskProvider(options);
  onTestFinished(async () => provider.stop());

  /** Names of what the engine has of this rehearsal: pods, containers, volumes. */
  const left = async (): Promise<string[]> => {
    const lists = waysOf(program).kinds.map(async ({ list, name }) => cli.run([...list, "--filter", `label=gitops.rehearsal=${options.rehearsalId}`, "--format", name === "container" ? "{{.Names}}" : "{{.Name}}"]));
    return (await Promise.all(lists)).flatMap(({ stdout }) => stdout.split("\n").filter((name) => name !== ""));
  };
  /** Containers of every rehearsal, and whose they are. */
  const owned = async (): Promise<{ readonly name: string; readonly owner: string }[]> => {
    const { stdout } = await cli.run(["ps", "--all", "--filter", "label=gitops.rehearsal.owner", "--format", `{{.Names}} ${waysOf(program).labelFormat("gitops.rehearsal.owner")}`]);
    return stdout.split("\n").flatMap((line) => (line === "" ? [] : [{ name: line.split(" ")[0] ?? "", owner: line.split(" ")[1] ?? "" }]));
  };
  const start = (task: TaskSpec) => {
    const recorder = new Recorder();
    return { recorder, running: provider.start(task, recorder) };
  };
  return { provider, options, start, clock, network, defects, notices, cli, program, image, left, owned };
}

/** As a Dockerfile would: the folder is that of the user 1000, and then a VOLUME. */
export async function imageDeclaring({ engine: { cli }, image }: Provided, path: string): Promise<string> {
  const name = `rehearsal-test-${randomBytes(6).toString("hex")}`;
  onTestFinished(async () => {
    await cli.run(["rm", "--force", name], { accept: "any" });
    await cli.run(["image", "rm", name], { accept: "any" });
  });
  await cli.run(["run", "--name", name, "--pull", "never", image, "sh", "-c", `mkdir ${path} && chown 1000 ${path}`]);
  await cli.run(["commit", "--change", `VOLUME ${path}`, name, name]);
  return name;
}
