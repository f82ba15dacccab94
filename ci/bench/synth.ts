import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Synth of all stacks against what it would take with the provider imported as a whole, as its examples do: CPU and memory, in the same run. */
const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "bench-synth-"));
const most = { cpuSeconds: 1.5, megabytes: 300 };
const runs = 5;

interface Taken {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** The process itself says at its end what it took. */
const hook = `data:text/javascript,process.on("exit", () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); process.stderr.write("\\n" + JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 })); });`;

function take(...args: string[]): Taken {
  const { status, stderr } = spawnSync(process.execPath, ["--import", hook, ...args], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as Taken;
}

/** The middle one: another process may disturb one run. */
function middle(...args: string[]): Taken {
  const taken = Array.from({ length: runs }, () => take(...args)).toSorted((one, other) => one.cpuSeconds - other.cpuSeconds);
  return taken[Math.floor(runs / 2)] ?? { cpuSeconds: NaN, megabytes: NaN };
}

try {
  const out = join(folder, "cdktf.out");
  const whole = join(root, "cdktf", "bench-star-import.mjs");
  writeFileSync(whole, 'import "@cdktf/provider-aws";\nimport "./src/main.ts";\n');
  try {
    const ours = middle("cdktf/src/main.ts", "--out", out);
    const rival = take(whole, "--out", out);
    const line = (what: string, { cpuSeconds, megabytes }: Taken): string => `${what.padEnd(38)} ${cpuSeconds.toFixed(2).padStart(6)} s of CPU  ${megabytes.toFixed(0).padStart(5)} MB`;
    process.stdout.write(`${[line("all stacks, deep imports", ours), line("the same with a star import", rival), `ratio: ${(rival.cpuSeconds / ours.cpuSeconds).toFixed(1)} × the CPU, ${(rival.megabytes / ours.megabytes).toFixed(1)} × the memory`].join("\n")}\n`);
    if (ours.cpuSeconds > most.cpuSeconds || ours.megabytes > most.megabytes) {
      process.stderr.write(`Over the limit of ${String(most.cpuSeconds)} s of CPU or ${String(most.megabytes)} MB.\n`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(whole, { force: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
