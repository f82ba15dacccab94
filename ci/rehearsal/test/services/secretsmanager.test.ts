import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, it, onTestFinished } from "vitest";
import { faults } from "../../src/faults/faults.ts";
import { createSecret } from "../../src/services/secretsmanager/create.ts";
import { environmentSource, fileSource, secretSource, variableOf, type SecretSource } from "../../src/services/secretsmanager/secret-source.ts";
import { secretValue } from "../../src/services/secretsmanager/values.ts";
import { startRehearsal } from "../support/rehearsal.ts";

const planted = "planted-value-for-the-test";

async function start(source: SecretSource = environmentSource({ REHEARSAL_SECRET_NOTES_DATABASE: JSON.stringify({ username: "notes", password: planted, port: 5432 }) })) {
  const { rehearsal, client } = await startRehearsal({ prepare: (parts) => { parts.provide(secretSource, source); } });
  const secret = createSecret(rehearsal.parts, { name: "notes/database", description: "of the tests", tags: { team: "notes" } });
  return { parts: rehearsal.parts, secrets: new SecretsManagerClient(client), secret };
}

it("gives a secret by name, by ARN and by an ARN without its last six characters", async () => {
  const { secrets, secret } = await start();
  expect(secret.arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:notes\/database-[A-Z2-7]{6}$/);
  for (const SecretId of ["notes/database", secret.arn, secret.arn.slice(0, -7)]) {
    const { SecretString = "", VersionStages, ARN } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    expect({ password: (JSON.parse(SecretString) as { password: string }).password, VersionStages, ARN }).toEqual({ password: planted, VersionStages: ["AWSCURRENT"], ARN: secret.arn });
  }
});

it("describes a secret without its value", async () => {
  const { secrets, secret } = await start();
  const shown = await secrets.send(new DescribeSecretCommand({ SecretId: secret.arn }));
  expect(shown).toMatchObject({ Name: "notes/database", Description: "of the tests", Tags: [{ Key: "team", Value: "notes" }], VersionIdsToStages: { [secret.versionId]: ["AWSCURRENT"] } });
  expect(JSON.stringify(shown)).not.toContain(planted);
});

it.each([
  ["", JSON.stringify({ username: "notes", password: planted, port: 5432 })],
  [":password::", planted],
  [":port::", "5432"],
  [":password:AWSCURRENT:", planted],
  [":password:AWSPREVIOUS:", undefined],
  [":password::00000000-0000-4000-a000-000000000000", undefined],
  [":nothing::", undefined],
])("resolves valueFrom of a task definition: <arn>%s", async (rest, expected) => {
  const { parts, secret } = await start();
  expect(secretValue(parts, `${secret.arn}${rest}`)).toBe(expected);
});

it("has no member of a secret that is not JSON, and does not say what it is", async () => {
  const { parts, secret } = await start({ valueOf: () => planted });
  expect(secretValue(parts, `${secret.arn}:password::`)).toBeUndefined();
});

it("does not find a secret that the world does not have, nor one that has no value here; the second error says where it looks", async () => {
  const { secrets } = await start(environmentSource({}));
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: "none" }))).rejects.toMatchObject({ name: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: "notes/database" }))).rejects.toThrow(/AWSCURRENT\. The rehearsal takes it from REHEARSAL_SECRET_NOTES_DATABASE, or from the file/);
});

it("loses a secret to a fault", async () => {
  const { parts, secrets, secret } = await start();
  parts.get(faults).inject({ kind: "secret-missing", secret: "database", when: {} });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: secret.arn }))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

it("leaves no value in the world, on the timeline or in an error", async () => {
  const { parts, secrets, secret } = await start();
  await secrets.send(new GetSecretValueCommand({ SecretId: secret.arn }));
  const failed = await secrets.send(new GetSecretValueCommand({ SecretId: secret.arn, VersionStage: "AWSPREVIOUS" })).catch((error: unknown) => String(error));
  secretValue(parts, `${secret.arn}:password::`);
  for (const place of [JSON.stringify(parts.world), JSON.stringify(parts.timeline.since()), failed]) expect(place).not.toContain(planted);
});

it.each([
  ["notes/database", "REHEARSAL_SECRET_NOTES_DATABASE"],
  ["/prod/db-password", "REHEARSAL_SECRET_PROD_DB_PASSWORD"],
])("reads %s from %s", (name, variable) => {
  expect(variableOf(name)).toBe(variable);
});

it("reads a file of values anew each time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-secrets-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const file = join(folder, "secrets.json");
  const { valueOf } = fileSource(file);
  await writeFile(file, JSON.stringify({ plain: "one", structured: { password: "two" } }));
  expect([valueOf("plain"), valueOf("structured"), valueOf("none")]).toEqual(["one", '{"password":"two"}', undefined]);
  await writeFile(file, JSON.stringify({ plain: "mended" }));
  expect(valueOf("plain")).toBe("mended");
});

it("says which file cannot be read, without its content", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-secrets-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const file = join(folder, "secrets.json");
  await writeFile(file, `{ "plain": ${planted}`);
  expect(() => fileSource(file).valueOf("plain")).toThrow(`The file of secrets ${file} is not JSON of the form { "name": "value" }.`);
});
