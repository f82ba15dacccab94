import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { buildApp } from "../app.ts";
import { fileOptions, runCommand } from "../command-line.ts";
import { readStacks } from "../rules/stack-document.ts";
import { environmentNamed } from "../settings/environment-named.ts";
import { loadSettings } from "../settings/load.ts";
import type { Environment } from "../settings/resolve.ts";
import { estimate, readPrices, totalOf, type CostLine, type TaskSize } from "./estimate.ts";

/** `npm run cost`: what each environment costs a month by itself, and what its choices change. */
const table = readPrices();
const taskSchema = z.object({ cpu: z.coerce.number(), memory: z.coerce.number() });

await runCommand(() => {
  const { settings, gitops } = fileOptions;
  const { values } = parseArgs({ options: { settings, gitops, environment: { type: "string" } } });
  const resolved = loadSettings(values);
  const environments = values.environment === undefined ? resolved.environments : [environmentNamed(values.environment, resolved)];
  for (const environment of environments) process.stdout.write(`${reportOf(environment, taskSizeOf(environment, values.gitops)).join("\n")}\n\n`);
  process.stdout.write(`Prices of ${table.region} in ${table.currency}, read on ${table.read}; where each is from stands in cdktf/src/cost/prices.json.\nNot in it: ${table.notPriced.join("; ")}.\n`);
});

function reportOf(environment: Environment, task: TaskSize): string[] {
  const lines = linesOf(environment, task);
  const total = totalOf(lines);
  const instead = variantsOf(environment).map(([what, variant]) => `  with ${what}: ${signed(totalOf(linesOf(variant, task)) - total)}`);
  return [`${environment.key}: about ${total.toFixed(0)} a month`, ...lines.map(({ what, usdAMonth }) => `  ${usdAMonth === undefined ? "    ?   " : usdAMonth.toFixed(2).padStart(8)}  ${what}`), ...instead];
}

function linesOf(environment: Environment, task: TaskSize): CostLine[] {
  const folder = mkdtempSync(join(tmpdir(), "cost-"));
  try {
    buildApp({ accounts: [], environments: [environment] }, folder).synth();
    return readStacks(folder).flatMap((stack) => estimate(stack, task, table));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The choices that are not taken, without an external database behind endpoints, which synth refuses. */
function variantsOf(environment: Environment): [what: string, variant: Environment][] {
  const { egress, database, network } = environment;
  return [
    ...(network.defaultVpc === true ? [] : (["nat", "nat-per-zone", "endpoints"] as const).filter((other) => other !== egress && (other !== "endpoints" || database === "sidecar")).map((other): [string, Environment] => [`"egress": "${other}"`, { ...environment, egress: other }])),
    ...(database === "external" ? [['"database": "sidecar", one task', { ...environment, autoscaling: undefined, database: "sidecar", desiredCount: 1 }] satisfies [string, Environment]] : egress === "endpoints" && network.defaultVpc !== true ? [] : [['"database": "external"', { ...environment, database: "external" }] satisfies [string, Environment]]),
  ];
}

/** Of the task that releases register, not of the bootstrap one. */
function taskSizeOf({ application: { release } }: Environment, gitops: string): TaskSize {
  const { cpu, memory } = taskSchema.parse(JSON.parse(readFileSync(join(dirname(resolve(gitops)), release.taskDefinition), "utf8")));
  return { vcpus: cpu / 1024, gigabytes: memory / 1024 };
}

function signed(usd: number): string {
  return `${usd < 0 ? "−" : "+"}${Math.abs(usd).toFixed(0)} a month`;
}
