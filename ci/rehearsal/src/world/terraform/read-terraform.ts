import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { TerraformError } from "./terraform-error.ts";

const block = z.record(z.string(), z.unknown());
const blocks = z.record(z.string(), z.record(z.string(), block));

/** What is read of a `cdk.tf.json`; the rest (back ends, metadata) has no meaning here. */
const documentSchema = z.object({
  provider: z.object({ aws: z.union([z.array(block), block.transform((one) => [one])]).optional() }).optional(),
  variable: z.record(z.string(), block).default({}),
  locals: block.default({}),
  data: blocks.default({}),
  resource: blocks.default({}),
  output: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
});
export type TerraformDocument = z.infer<typeof documentSchema>;

export interface TerraformStack {
  /** The folder's name: what other stacks refer to it by. */
  readonly name: string;
  readonly file: string;
  readonly document: TerraformDocument;
}

/** A file, a stack's folder, or a `cdktf.out` with several (`stacks/<name>/cdk.tf.json`). */
export function readTerraform(fileOrFolder: string): readonly TerraformStack[] {
  if (!existsSync(fileOrFolder)) throw new TerraformError(`${fileOrFolder} is not there. Synthesise the infrastructure first, or name a cdk.tf.json.`);
  const files = filesOf(fileOrFolder);
  if (files.length === 0) throw new TerraformError(`${fileOrFolder} has neither a cdk.tf.json nor stacks/<name>/cdk.tf.json.`);
  return files.map((file) => ({ name: basename(dirname(file)), file, document: readDocument(file) }));
}

/** Of several stacks those that are meant; all unless said otherwise. */
export function chosenStacks(fileOrFolder: string, wanted: readonly string[] = []): readonly TerraformStack[] {
  const stacks = readTerraform(fileOrFolder);
  for (const name of wanted) if (stacks.every((stack) => stack.name !== name)) throw new TerraformError(`There is no stack ${name}. There are: ${stacks.map((stack) => stack.name).join(", ")}.`);
  return wanted.length === 0 ? stacks : stacks.filter(({ name }) => wanted.includes(name));
}

function filesOf(fileOrFolder: string): string[] {
  if (statSync(fileOrFolder).isFile()) return [fileOrFolder];
  const own = join(fileOrFolder, "cdk.tf.json");
  if (existsSync(own)) return [own];
  const folder = join(fileOrFolder, "stacks");
  return (existsSync(folder) ? readdirSync(folder).toSorted() : []).map((stack) => join(folder, stack, "cdk.tf.json")).filter((file) => existsSync(file));
}

function readDocument(file: string): TerraformDocument {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new TerraformError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = documentSchema.safeParse(json);
  if (!read.success) throw new TerraformError(`${file} is not Terraform JSON: ${read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`);
  return read.data;
}
