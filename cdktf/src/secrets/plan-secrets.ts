import type { Environment } from "../settings/resolve.ts";

/** What Secrets Manager has of a secret; never its value. */
export interface SecretState {
  readonly name: string;
  readonly hasValue: boolean;
}

export interface SecretStep {
  readonly name: string;
  readonly does: "put" | "keep";
  readonly why: string;
  /** Everything of the value but the password, which AWS makes. */
  readonly value: Readonly<Record<string, string>>;
}

export interface SecretsWanted {
  readonly environment: Environment;
  /** Where an external database answers. */
  readonly host?: string | undefined;
  /** Gives those that have a value a new one. */
  readonly replace: boolean;
}

/** A value each: the keys are those that services/task-definition.json and gitops.json ask for. */
export function planSecrets({ environment, host, replace }: SecretsWanted, states: readonly SecretState[]): SecretStep[] {
  const { application, database } = environment;
  const where = database === "external" && host !== undefined ? { host, port: "5432", dbname: application.project, tls: "require" } : {};
  return states.map(({ name, hasValue }) => {
    const value = { username: userOf(application.project, name), ...where };
    if (!hasValue) return { name, does: "put", why: "it has no value yet", value };
    return replace ? { name, does: "put", why: "--replace", value } : { name, does: "keep", why: "it has a value; --replace would give it a new one", value };
  });
}

/** `notes/database/backend` of `notes` -> `notes_backend` */
const userOf = (project: string, secret: string): string => `${project}_${secret.split("/").at(-1) ?? ""}`.replaceAll(/[^a-z0-9_]/g, "_");
