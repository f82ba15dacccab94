import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readStacks, type Block, type StackDocument } from "../../src/rules/stack-document.ts";
import { synth } from "../../src/synth.ts";

/** What each stack is, whole: a line for each block, so that a change shows what it changes. `npx vitest run cdktf/test/stacks -u` takes a change over. */
const home = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "snapshots-"));
let stacks: readonly StackDocument[] = [];

beforeAll(() => {
  synth({ settings: join(home, "infrastructure.json"), gitops: join(home, "../gitops.json"), out: join(folder, "cdktf.out") });
  stacks = readStacks(join(folder, "cdktf.out"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Hashes of files change with the files, which are held elsewhere. */
const withoutHashes = (text: string): string => text.replaceAll(/"(etag|source_hash|source_code_hash|content|content_base64)":"(?:[^"\\]|\\.)*"/g, '"$1":"…"').replaceAll(/\b[0-9A-F]{32}\b|\b[0-9a-f]{32,64}\b/g, "…");
const lineOf = ({ address, body }: Block): string => withoutHashes(`${address} ${JSON.stringify(Object.fromEntries(Object.entries(body).filter(([key]) => key !== "//")))}`);

it.each(["account-lab", "account-production", "lab", "production"])("%s is as it was", async (name) => {
  const stack = stacks.find((one) => one.name === name);
  expect(stack).toBeDefined();
  if (stack === undefined) return;
  const lines = [`backend ${JSON.stringify(stack.backend)}`, `provider ${JSON.stringify(stack.providers)}`, ...stack.blocks.map(lineOf).toSorted(), ...Object.entries(stack.outputs).map(([output, { value }]) => `output.${output} ${JSON.stringify(value)}`)];
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`snapshots/${name}.txt`);
});
