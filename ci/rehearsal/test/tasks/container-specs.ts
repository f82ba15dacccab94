import { randomBytes } from "node:crypto";
import type { ContainerSpec, TaskSpec } from "../../src/tasks/task-provider.ts";

/** Where tasks are in the rehearsal's network. */
export const address = "10.0.1.17";

/** A container that runs a script by Node. */
export function container(name: string, image: string, script: string, changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return { name, image, essential: true, entryPoint: ["node", "-e"], command: [script], environment: {}, containerPorts: [], dependsOn: [], mounts: [], readonlyRootFilesystem: false, initProcessEnabled: false, stopTimeout: 2, ...changes };
}

export const task = (...containers: ContainerSpec[]): TaskSpec => ({ id: randomBytes(16).toString("hex"), address, cpuUnits: 256, memoryMb: 512, containers });
