import { posix } from "node:path";
import { z } from "zod";
import { UnreadableReportError } from "../gate.ts";

/** A file of Terraform JSON; `path` leads from the repository's root. */
export interface TerraformFile {
  readonly path: string;
  readonly text: string;
}

export type Body = Readonly<Record<string, unknown>>;

/** A resource or a data source. */
export interface Block {
  readonly kind: "resource" | "data";
  readonly type: string;
  readonly name: string;
  /** As Terraform writes it: `aws_vpc.main`, `data.aws_vpc.main`. */
  readonly address: string;
  readonly body: Body;
  /** Where it stands in the code that made it, such as `notes-dev/network/vpc`; absent in JSON that nobody generated. */
  readonly constructPath?: string;
}

export interface TerraformDocument {
  readonly path: string;
  /** Terraform takes the files of one folder together. */
  readonly folder: string;
  readonly json: Body;
  readonly blocks: readonly Block[];
  /** Names; their content is elsewhere. */
  readonly modules: readonly string[];
}

const comment = "//";
const object = z.record(z.string(), z.unknown());

/** Terraform allows a comment wherever a name may stand. */
const named = <Value extends z.ZodType>(value: Value) =>
  z.preprocess((json) => (typeof json === "object" && json !== null && !Array.isArray(json) ? Object.fromEntries(Object.entries(json).filter(([key]) => key !== comment)) : json), z.record(z.string(), value));

// Terraform takes arrays of blocks as well. No generator writes them, and Checkov does not read them.
const documentSchema = z.looseObject({
  resource: named(named(object)).optional(),
  data: named(named(object)).optional(),
  module: named(object).optional(),
});

const metadataSchema = z.object({ [comment]: z.object({ metadata: z.object({ path: z.string() }) }) });

/** Throws UnreadableReportError, naming the file. */
export function parseTerraform(file: TerraformFile): TerraformDocument {
  const refuse = (what: string): UnreadableReportError => new UnreadableReportError(`${file.path} ${what}.`);
  if (/(^|_)override\.tf\.json$/.test(posix.basename(file.path))) throw refuse("overrides other files, which only Terraform itself can put together");
  if (file.text.trim() === "") throw refuse("is empty");
  let json: unknown;
  try {
    json = JSON.parse(file.text);
  } catch {
    throw refuse(`is cut off or not JSON (${String(file.text.length)} characters)`);
  }
  const parsed = documentSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`is not of the form that this pipeline knows: ${issue?.path.map(String).join(".") || "top level"}: ${issue?.message ?? ""}`);
  }
  // Of a key that stands twice, JSON.parse keeps the last; Terraform takes both.
  if (keysWritten(file.text) !== countKeys(json)) throw refuse("has a key twice in one object: which one counts is not known");
  const { resource, data, module: modules = {} } = parsed.data;
  return {
    path: file.path,
    folder: posix.dirname(file.path),
    json: object.parse(json),
    blocks: [...blocksOf("resource", resource), ...blocksOf("data", data)],
    modules: Object.keys(modules),
  };
}

function blocksOf(kind: Block["kind"], types: Readonly<Record<string, Readonly<Record<string, Body>>>> = {}): Block[] {
  return Object.entries(types).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, body]) => {
      const metadata = metadataSchema.safeParse(body);
      return {
        kind,
        type,
        name,
        address: `${kind === "data" ? "data." : ""}${type}.${name}`,
        body,
        ...(metadata.success ? { constructPath: metadata.data[comment].metadata.path } : {}),
      };
    }),
  );
}

/** Of a text that is JSON: a string with a colon behind it is a key. */
const keysWritten = (text: string): number => [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter((match) => match[1] !== undefined).length;

function countKeys(json: unknown): number {
  if (typeof json !== "object" || json === null) return 0;
  const values: unknown[] = Object.values(json);
  return (Array.isArray(json) ? 0 : values.length) + values.reduce((total: number, value) => total + countKeys(value), 0);
}
