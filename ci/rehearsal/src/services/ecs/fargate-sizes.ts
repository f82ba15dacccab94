import { AwsError } from "../../protocol/aws-error.ts";

const upTo = (first: number, last: number, step: number): number[] => Array.from({ length: (last - first) / step + 1 }, (_none, index) => first + index * step);

/** MiB of memory that each number of CPU units may have. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
export const fargateSizes: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: upTo(1024, 4096, 1024),
  1024: upTo(2048, 8192, 1024),
  2048: upTo(4096, 16_384, 1024),
  4096: upTo(8192, 30_720, 1024),
  8192: upTo(16_384, 61_440, 4096),
  16384: upTo(32_768, 122_880, 8192),
};

/** `256`, `.25 vCPU`, `1 vCPU`. */
export function cpuUnits(text: string | undefined): number | undefined {
  return text === undefined ? undefined : amount(text, /vcpu/i, 1024, "cpu");
}

/** `512`, `0.5 GB`, `1GB`. */
export function memoryMib(text: string | undefined): number | undefined {
  return text === undefined ? undefined : amount(text, /gb/i, 1024, "memory");
}

export function requireFargateSize(cpu: number | undefined, memory: number | undefined): void {
  if (cpu === undefined || memory === undefined) throw new AwsError("ClientException", "Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  if (fargateSizes[cpu]?.includes(memory) !== true) throw new AwsError("ClientException", "No Fargate configuration exists for given values.");
}

function amount(text: string, unit: RegExp, factor: number, member: string): number {
  const [, number = "", suffix = ""] = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const isPlain = suffix === "" && /^\d+$/.test(number);
  if (number === "" || (!isPlain && !new RegExp(`^${unit.source}$`, "i").test(suffix))) {
    throw new AwsError("ClientException", `Invalid '${member}' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`);
  }
  return isPlain ? Number(number) : Math.round(Number(number) * factor);
}
