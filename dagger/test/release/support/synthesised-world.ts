import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorldJson } from "./start-world.ts";

const infrastructure = join(import.meta.dirname, "../../../../cdktf");

/** The account of every rehearsal of the tests. */
const id = "123456789012";

/** What `npm run synth` makes of an environment in one account, with the account's own stack, as one world. */
export function synthesisedWorld(environment: object): WorldJson {
  const folder = mkdtempSync(join(tmpdir(), "synthesised-"));
  try {
    const settings = join(folder, "infrastructure.json");
    writeFileSync(settings, JSON.stringify({ accounts: { only: { id, monthlyBudgetUsd: 100, github: { repository: "notes/notes" } } }, environments: { rehearsed: { account: "only", ...environment } } }));
    execFileSync(process.execPath, [join(infrastructure, "src/main.ts"), "--settings", settings, "--out", join(folder, "out")], { encoding: "utf8" });
    const stacks = ["account-only", "rehearsed"].map((stack) => JSON.parse(readFileSync(join(folder, "out/stacks", stack, "cdk.tf.json"), "utf8")) as Partial<WorldJson>);
    return { resource: merged(stacks.map(({ resource }) => resource ?? {})), data: merged(stacks.map(({ data }) => data ?? {})) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Blocks = WorldJson["resource"];

function merged(all: readonly Blocks[]): Blocks {
  const into: Blocks = {};
  for (const blocks of all) for (const [type, named] of Object.entries(blocks)) into[type] = { ...into[type], ...named };
  return into;
}
