import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { groovyArchive } from "./tools.ts";

/** A Jenkinsfile, as Groovy's own compiler reads it. */

export type Groovy = string | number | boolean | null | readonly Groovy[] | { readonly [key: string]: Groovy };

const groovySchema: z.ZodType<Groovy> = z.lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(groovySchema), z.record(z.string(), groovySchema)]));

const callSchema = z.object({ call: z.string(), args: z.array(groovySchema), line: z.number() });

export interface Call {
  readonly name: string;
  readonly args: readonly Groovy[];
  readonly line: number;
  /** Names of the calls that it stands in, from the outermost. */
  readonly within: readonly string[];
}

/** Throws Groovy's own words where it is no Groovy. */
export async function readJenkinsfile(path: string): Promise<Groovy> {
  const printer = join(import.meta.dirname, "jenkinsfile.groovy");
  const result = await execa("java", ["-cp", await groovyArchive(), "groovy.ui.GroovyMain", printer, path], { reject: false });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return groovySchema.parse(JSON.parse(result.stdout));
}

/** Every call of the file, from top to bottom. */
export function callsOf(tree: Groovy, within: readonly string[] = []): Call[] {
  if (tree === null || typeof tree !== "object") return [];
  const found = callSchema.safeParse(tree);
  if (!found.success) return Object.values(tree).flatMap((part) => callsOf(part, within));
  const { args, call: name, line } = found.data;
  return [{ name, args, line, within }, ...callsOf(args, [...within, labelOf(name, args)])];
}

/** `stage Gates`: a stage is known by its name. */
const labelOf = (name: string, [first]: readonly Groovy[]): string => (typeof first === "string" ? `${name} ${first}` : name);

const mapSchema = z.object({ map: z.record(z.string(), groovySchema) });

/** What was given by name. */
export const named = ({ args }: Call): Readonly<Record<string, Groovy>> => Object.assign({}, ...args.map((arg) => mapSchema.safeParse(arg).data?.map ?? {})) as Record<string, Groovy>;
