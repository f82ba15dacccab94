import { RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { setUpEcs, taskDefinitionInput } from "./setting.ts";

const gib = 1024;
const from = (least: number, most: number, step: number): readonly number[] => Array.from({ length: (most - least) / step + 1 }, (_none, index) => least + index * step);

/** CPU units and the MiB that go with them, written down here once more. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const sizes = new Map<number, readonly number[]>([
  [256, [512, gib, 2 * gib]],
  [512, from(gib, 4 * gib, gib)],
  [1024, from(2 * gib, 8 * gib, gib)],
  [2048, from(4 * gib, 16 * gib, gib)],
  [4096, from(8 * gib, 30 * gib, gib)],
  [8192, from(16 * gib, 60 * gib, 4 * gib)],
  [16_384, from(32 * gib, 120 * gib, 8 * gib)],
]);
/** Every memory that any of them has, and some that none has. */
const memories = [...new Set([256, 1536, ...[...sizes.values()].flat(), 31 * gib, 121 * gib, 128 * gib])];

it.each([128, ...sizes.keys(), 3072, 32_768])("RegisterTaskDefinition takes exactly Fargate's memories for %d CPU units, and refuses the others in AWS's words", async (cpu) => {
  const { ecs } = await setUpEcs();
  const answers = await Promise.all(
    memories.map(async (memory) => {
      try {
        const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput({ family: `of-${String(memory)}`, cpu: String(cpu), memory: String(memory) })));
        return `${taskDefinition?.cpu ?? ""}/${taskDefinition?.memory ?? ""}`;
      } catch (error) {
        return error instanceof Error ? `${error.name}: ${error.message}` : "";
      }
    }),
  );
  expect(answers).toEqual(memories.map((memory) => (sizes.get(cpu)?.includes(memory) === true ? `${String(cpu)}/${String(memory)}` : "ClientException: No Fargate configuration exists for given values.")));
});
