const upTo = (first: number, last: number, step: number): number[] => Array.from({ length: (last - first) / step + 1 }, (_none, index) => first + index * step);

/** MiB of memory that each number of CPU units may have. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
export const fargateSizes: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, upTo(1024, 4096, 1024)],
  [1024, upTo(2048, 8192, 1024)],
  [2048, upTo(4096, 16_384, 1024)],
  [4096, upTo(8192, 30_720, 1024)],
  [8192, upTo(16_384, 61_440, 4096)],
  [16_384, upTo(32_768, 122_880, 8192)],
]);

/** `256`, `.25 vCPU`, `1 vCPU`; undefined for what is none. */
export const cpuUnits = (text: string): number | undefined => amount(text, "vcpu");

/** MiB of `512`, `0.5 GB`, `1GB`; undefined for what is none. */
export const memoryMib = (text: string): number | undefined => amount(text, "gb");

function amount(text: string, unit: string): number | undefined {
  const [, number = "", suffix = ""] = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (number === "") return undefined;
  if (suffix === "") return /^\d+$/.test(number) ? Number(number) : undefined;
  return suffix.toLowerCase() === unit ? Math.round(Number(number) * 1024) : undefined;
}
