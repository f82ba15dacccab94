import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { containerEngine, provide, unending } from "../../../local/test/support/local-engine.ts";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { Network } from "../../src/network/network.ts";
import { ContainerTaskProvider, type ContainerTaskProviderOptions } from "../../src/tasks/container-task-provider.ts";
import type { ContainerSpec, TaskSpec } from "../../src/tasks/task-provider.ts";

export const address = "10.0.1.17";

/** A provider on this machine's real engine, with an image that has Node and a shell. */
export async function containerMachine(changes: Partial<ContainerTaskProviderOptions> = {}) {
  const [{ program, cli }, image] = await Promise.all([containerEngine(), provide("node", unending)]);
  const [clock, network, defects] = [new VirtualClock(Date.UTC(2026, 0, 1)), new Network(), [] as unknown[]];
  const options = { program, env: cli.env, rehearsalId: randomBytes(8).toString("hex"), ownerPid: process.pid, network, clock, onDefect: (error: unknown) => defects.push(error), ...changes };
  const provider = new ContainerTaskProvider(options);
  onTestFinished(async () => provider.stop());

  /** What the engine has of a rehearsal, pods and containers. */
  const left = async (rehearsalId = options.rehearsalId): Promise<string[]> => {
    const filter = ["--filter", `label=gitops.rehearsal=${rehearsalId}`];
    const lists = [["ps", "--all", ...filter, "--format", "{{.Names}}"], ...(program === "podman" ? [["pod", "ps", ...filter, "--format", "{{.Name}}"]] : [])];
    const answers = await Promise.all(lists.map(async (list) => cli.run(list)));
    return answers.flatMap(({ stdout }) => stdout.split("\n").filter((name) => name !== ""));
  };
  return { provider, options, clock, network, defects, cli, program, image: image.reference, left };
}

export function container(name: string, image: string, script: string, changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return { name, image, essential: true, entryPoint: ["node", "-e"], command: [script], environment: {}, containerPorts: [], dependsOn: [], readonlyRootFilesystem: false, initProcessEnabled: false, stopTimeout: 2, ...changes };
}

export const task = (...containers: ContainerSpec[]): TaskSpec => ({ id: randomBytes(16).toString("hex"), address, cpuUnits: 256, memoryMb: 512, containers });
