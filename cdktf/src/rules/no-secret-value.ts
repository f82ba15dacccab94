import { isTrue, resourcesOf, textOf, textsWithin } from "./read-body.ts";
import { eachOf, faultAt, type Fault, type Rule } from "./rule.ts";
import type { Body, StackDocument } from "./stack-document.ts";

/** Whatever stands in a resource or an output stands in the state, for all who may read that. */
export const noSecretValue: Rule = {
  name: "no-secret-value",
  look: (stack) => [
    ...eachOf(resourcesOf(stack, "aws_secretsmanager_secret_version"), ({ body }) => ("secret_string" in body || "secret_binary" in body ? "puts a secret's value into the state; npm run secrets puts it into Secrets Manager alone" : undefined)),
    ...eachOf(resourcesOf(stack, "aws_ssm_parameter"), ({ body }) => (textOf(body, "type") === "SecureString" && ("value" in body || "insecure_value" in body) ? "puts a parameter's value into the state" : undefined)),
    ...eachOf(resourcesOf(stack, "random_password", "tls_private_key", "aws_iam_access_key"), ({ type }) => `keeps a secret in the state: a ${type} has no other place`),
    ...eachOf(resourcesOf(stack, "aws_db_instance", "aws_rds_cluster"), ({ body }) => ("password" in body || "master_password" in body ? "has its password in the state; manage_master_user_password would do" : isTrue(body, "manage_master_user_password") ? undefined : "has no password that AWS makes; manage_master_user_password would do")),
    ...stack.blocks.flatMap((block) => [...textsWithin(block.body)].filter(({ path, text }) => isPassword(path, text)).map(({ path }) => faultAt(block, `has something like a secret in ${path.join(".")}: a secret of Secrets Manager would do`))),
    ...outputs(stack),
  ],
};

const secretName = /(pass(word|wd)?|secret|token|private_?key|api_?key)$/i;

/** What is written out, by its form or by the name of its variable; references are names of things. */
function isPassword(path: readonly string[], text: string): boolean {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(AKIA|ASIA)[A-Z0-9]{16}\b|:\/\/[^/\s:@$]+:[^/\s:@$]+@/.test(text)) return true;
  if (path.at(-1) === "user_data" || path.at(-1) === "user_data_base64") return /\b\w*(PASSWORD|SECRET|TOKEN)\w*=["']?[^\s"'$]{6,}/i.test(text);
  return path.at(-1) === "container_definitions" && environmentOf(text).some(({ name, value }) => secretName.test(name) && value !== "" && !value.startsWith("arn:") && !value.includes("${"));
}

function environmentOf(definitions: string): { name: string; value: string }[] {
  return [...definitions.matchAll(/"name"\s*:\s*"([^"]+)"\s*,\s*"value"\s*:\s*"([^"]*)"|"value"\s*:\s*"([^"]*)"\s*,\s*"name"\s*:\s*"([^"]+)"/g)].map(([, name, value, before, after]) => ({ name: name ?? after ?? "", value: value ?? before ?? "" }));
}

function outputs({ name: stack, outputs: named }: StackDocument): Fault[] {
  return Object.entries(named).flatMap(([name, output]: [string, Body]) => (/\.(password|secret_string|master_password|secret|private_key\w*)\}/.test(textOf(output, "value") ?? "") ? [{ at: `${stack}/${name}`, says: "gives a secret's value out; its ARN would do" }] : []));
}
