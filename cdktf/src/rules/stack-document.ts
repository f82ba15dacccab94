import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export type Body = Readonly<Record<string, unknown>>;

/** A resource or a data source of a synthesised stack. */
export interface Block {
  readonly kind: "resource" | "data";
  readonly type: string;
  readonly name: string;
  /** As Terraform writes it: `aws_vpc.main`. */
  readonly address: string;
  /** Where it stands in the code that made it, such as `lab/network/vpc`; its address where that is not told. */
  readonly constructPath: string;
  readonly body: Body;
}

/** What synth has left of one stack. */
export interface StackDocument {
  readonly name: string;
  readonly blocks: readonly Block[];
  readonly providers: readonly Body[];
  readonly backend: Body;
  readonly outputs: Readonly<Record<string, Body>>;
}

const body = z.record(z.string(), z.unknown());
const blocks = z.record(z.string(), z.record(z.string(), body)).default({});
const documentSchema = z.object({
  provider: z.object({ aws: z.array(body).default([]) }).default({ aws: [] }),
  terraform: z.object({ backend: body.default({}) }).default({ backend: {} }),
  data: blocks,
  resource: blocks,
  output: z.record(z.string(), body).default({}),
});
const metadataSchema = z.object({ "//": z.object({ metadata: z.object({ path: z.string() }) }) });

export function parseStack(name: string, json: unknown): StackDocument {
  const document = documentSchema.parse(json);
  return {
    name,
    blocks: [...blocksOf(name, "resource", document.resource), ...blocksOf(name, "data", document.data)],
    providers: document.provider.aws,
    backend: document.terraform.backend,
    outputs: document.output,
  };
}

/** All stacks of a folder that synth wrote, by name. */
export function readStacks(folder: string): StackDocument[] {
  const stacks = join(folder, "stacks");
  return readdirSync(stacks)
    .toSorted()
    .map((name) => parseStack(name, JSON.parse(readFileSync(join(stacks, name, "cdk.tf.json"), "utf8"))));
}

function blocksOf(stack: string, kind: Block["kind"], types: Readonly<Record<string, Readonly<Record<string, Body>>>>): Block[] {
  return Object.entries(types).flatMap(([type, named]) =>
    Object.entries(named).map(([name, content]) => {
      const address = `${kind === "data" ? "data." : ""}${type}.${name}`;
      const metadata = metadataSchema.safeParse(content);
      return { kind, type, name, address, constructPath: metadata.success ? metadata.data["//"].metadata.path : `${stack}: ${address}`, body: content };
    }),
  );
}
