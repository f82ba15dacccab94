import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The files of services/monitoring as they are in this commit, with the names of this environment in them. */
export interface Configuration {
  /** Path below services/monitoring -> contents. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the contents: another one is another folder on the host. */
  readonly version: string;
}

const folder = join(import.meta.dirname, "..", "..", "..", "..", "services", "monitoring");

export interface ConfigurationValues {
  readonly ALERTS_TOPIC_ARN: string;
  readonly AWS_REGION: string;
  readonly CLUSTER: string;
  readonly TASK_FAMILY: string;
  readonly METRICS_PORT: string;
}

export function readConfiguration(values: ConfigurationValues): Configuration {
  const named: Readonly<Record<string, string>> = { ...values };
  const files = Object.fromEntries(pathsIn(folder).map((path) => [path, filled(path, readFileSync(join(folder, path), "utf8"), named)]));
  const version = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12);
  return { files, version };
}

const pathsIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();

const filled = (path: string, text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/__([A-Z_]+)__/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`services/monitoring/${path} has ${whole}, which the infrastructure does not know; constructs/monitoring/configuration.ts would give it a value.`);
    return value;
  });
