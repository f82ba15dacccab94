import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Component } from "../../parts.ts";

/** Where the values of secrets and parameters come from. Nothing of it is kept in the world, nor told anywhere. */
export interface SecretSource {
  readonly valueOf: (name: string) => string | undefined;
}

/** `prod/db password` is read from `REHEARSAL_SECRET_PROD_DB_PASSWORD`. */
export const variableOf = (name: string): string => `REHEARSAL_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^_|_$/g, "")}`;

export const environmentSource = (environment: Readonly<Record<string, string | undefined>>): SecretSource => ({ valueOf: (name) => environment[variableOf(name)] });

/** A JSON file `{ "name": "value" }`, read anew each time, so that a value can be mended while the rehearsal runs. A value that is an object is given as its JSON. */
export const fileSource = (path: string): SecretSource => ({
  valueOf(name) {
    const value = valuesOf(path)[name];
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  },
});

function valuesOf(path: string): z.infer<typeof fileSchema> {
  const text = readFileSync(path, "utf8");
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    // The parser's own message quotes the text.
    throw new Error(`The file of secrets ${path} is not JSON of the form { "name": "value" }.`);
  }
}

const fileSchema = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())]));

/** Of the file that REHEARSAL_SECRETS_FILE names, then of the environment. Put another in place before anything runs to choose. */
export const secretSource: Component<SecretSource> = {
  name: "secret-source",
  create: () => {
    const file = process.env["REHEARSAL_SECRETS_FILE"];
    const sources = [...(file === undefined ? [] : [fileSource(file)]), environmentSource(process.env)];
    return { valueOf: (name) => sources.map((source) => source.valueOf(name)).find((value) => value !== undefined) };
  },
};
