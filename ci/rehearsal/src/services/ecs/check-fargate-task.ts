import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { AwsError } from "../../protocol/aws-error.ts";
import { requireFargateSize } from "./fargate-sizes.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);

/** Throws ClientException for a task that ECS takes, and Fargate does not. `cpu` in units, `memory` in MiB. */
export function checkFargateTask(input: RegisterTaskDefinitionCommandInput, cpu: number | undefined, memory: number | undefined): void {
  const { containerDefinitions = [], ephemeralStorage, ipcMode, networkMode, pidMode, placementConstraints = [] } = input;
  if (networkMode !== "awsvpc") throw refuse("Fargate only supports network mode ‘awsvpc’.");
  requireFargateSize(cpu, memory);
  if (placementConstraints.length > 0) throw refuse("Fargate does not support placement constraints.");
  // The SDK advises against the name; who still sends it is refused all the same.
  if (Object.entries(input).some(([member, value]) => member === "inferenceAccelerators" && Array.isArray(value) && value.length > 0)) throw refuse("Fargate does not support inference accelerators.");
  if (pidMode !== undefined && pidMode !== "task") throw refuse("On Fargate the only valid value of pidMode is task.");
  if (ipcMode !== undefined && ipcMode !== "none" && ipcMode !== "task") throw refuse("Fargate does not support this ipcMode.");
  const gib = ephemeralStorage?.sizeInGiB;
  if (gib !== undefined && !(gib >= 21 && gib <= 200)) throw refuse("The ephemeral storage of a task is 21 to 200 GiB.");
  checkSums(containerDefinitions, cpu ?? 0, memory ?? 0);
}

/** What the containers are promised has to fit into the task, and so has each one's limit. */
function checkSums(containers: readonly ContainerDefinition[], cpu: number, memory: number): void {
  const sum = (of: (container: ContainerDefinition) => number): number => containers.reduce((total, container) => total + of(container), 0);
  const units = sum((container) => container.cpu ?? 0);
  const mib = sum((container) => container.memoryReservation ?? container.memory ?? 0);
  if (units > cpu) throw refuse(`The containers ask for ${String(units)} CPU units, and the task has ${String(cpu)}.`);
  if (mib > memory) throw refuse(`The containers ask for ${String(mib)} MiB of memory, and the task has ${String(memory)}.`);
  for (const { memory: limit } of containers) {
    if (limit !== undefined && limit > memory) throw refuse(`The container may have ${String(limit)} MiB of memory, and the task has ${String(memory)}.`);
    if (limit !== undefined && limit < 6) throw refuse("A container has at least 6 MiB of memory.");
  }
}
