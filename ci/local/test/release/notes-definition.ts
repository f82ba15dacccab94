import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { Role } from "../../src/check/application-containers.ts";
import type { RehearsalProcess } from "./rehearsal-process.ts";

const template = join(import.meta.dirname, "../../../../services/task-definition.json");
const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

/** The Notes task definition with those images, and what the world has for its other placeholders. */
export async function notesDefinition({ client }: RehearsalProcess, images: Readonly<Record<Role, string>>): Promise<RegisterTaskDefinitionCommandInput> {
  const secrets = new SecretsManagerClient(client);
  const secret = async (name: string): Promise<string> => (await secrets.send(new DescribeSecretCommand({ SecretId: name }))).ARN ?? "";
  const values: Readonly<Record<string, string>> = {
    TASK_FAMILY: "notes-task",
    PROXY_IMAGE: images.proxy,
    FRONTEND_IMAGE: images.frontend,
    BACKEND_IMAGE: images.backend,
    DATABASE_IMAGE: images.database,
    EXECUTION_ROLE_ARN: role("notes-execution"),
    TASK_ROLE_ARN: role("notes-task"),
    BACKEND_DATABASE_SECRET_ARN: await secret("notes/database/backend"),
    MIGRATION_DATABASE_SECRET_ARN: await secret("notes/database/migration"),
    LOG_GROUP: "/ecs/notes",
    AWS_REGION: client.region,
  };
  const text = (await readFile(template, "utf8")).replace(/__([A-Z][A-Z_]*[A-Z])__/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing is known for ${placeholder} of services/task-definition.json`);
    return value;
  });
  return JSON.parse(text) as RegisterTaskDefinitionCommandInput;
}

/** A release that is healthy by its own checks, and answers so many of a hundred requests with 500. */
export function erring(definition: RegisterTaskDefinitionCommandInput, percent: number): RegisterTaskDefinitionCommandInput {
  const broken = [
    `sed -e 's#^http {#http { split_clients $request_id $is_broken { ${String(percent)}% 1; * 0; }#' -e 's#location \\(/\\|/api/\\) {#location \\1 { if ($is_broken) { return 500; }#' /etc/notes-proxy/nginx.conf.template > /tmp/broken.template`,
    `sed 's#/etc/notes-proxy/nginx.conf.template#/tmp/broken.template#' /usr/local/bin/notes-proxy > /tmp/start`,
    "exec sh /tmp/start",
  ].join(" && ");
  return { ...definition, containerDefinitions: definition.containerDefinitions?.map((container) => (container.name === "proxy" ? { ...container, entryPoint: ["/bin/sh", "-c"], command: [broken] } : container)) };
}

/** Another version of the same images. */
export function withVersion(definition: RegisterTaskDefinitionCommandInput, version: string): RegisterTaskDefinitionCommandInput {
  return { ...definition, containerDefinitions: definition.containerDefinitions?.map((container) => ({ ...container, environment: [...(container.environment ?? []), { name: "NOTES_VERSION", value: version }] })) };
}
