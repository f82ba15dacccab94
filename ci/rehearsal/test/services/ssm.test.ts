import { GetParameterCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";
import { environmentSource, secretSource } from "../../src/services/secretsmanager/secret-source.ts";
import { createParameter } from "../../src/services/ssm/create.ts";
import { parameterValue } from "../../src/services/ssm/values.ts";
import { startRehearsal } from "../support/rehearsal.ts";

const planted = "planted-value-for-the-test";

async function start() {
  const { rehearsal, client } = await startRehearsal({ prepare: (parts) => { parts.provide(secretSource, environmentSource({ REHEARSAL_SECRET_PROD_DB: planted, REHEARSAL_SECRET_PLAIN: "text" })); } });
  for (const parameter of [{ name: "/prod/db" }, { name: "plain", type: "String" as const }, { name: "/no/value" }]) createParameter(rehearsal.parts, parameter);
  return { parts: rehearsal.parts, ssm: new SSMClient(client) };
}

it("gives a parameter by name and by ARN", async () => {
  const { parts, ssm } = await start();
  const arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db";
  expect((await ssm.send(new GetParameterCommand({ Name: "/prod/db", WithDecryption: true }))).Parameter).toMatchObject({ Name: "/prod/db", Value: planted, Type: "SecureString", ARN: arn, Version: 1 });
  expect((await ssm.send(new GetParameterCommand({ Name: "plain" }))).Parameter).toMatchObject({ Value: "text", ARN: "arn:aws:ssm:eu-west-1:123456789012:parameter/plain" });
  expect([parameterValue(parts, arn), parameterValue(parts, "/prod/db"), parameterValue(parts, "none")]).toEqual([planted, planted, undefined]);
});

it("does not show a SecureString that nobody asked to decrypt", async () => {
  const { ssm } = await start();
  expect((await ssm.send(new GetParameterCommand({ Name: "/prod/db" }))).Parameter?.Value).not.toContain(planted);
});

it("names those that are not there", async () => {
  const { ssm } = await start();
  await expect(ssm.send(new GetParameterCommand({ Name: "none" }))).rejects.toMatchObject({ name: "ParameterNotFound" });
  const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ["plain", "none", "/no/value"] }));
  expect({ found: Parameters?.map(({ Name }) => Name), InvalidParameters }).toEqual({ found: ["plain"], InvalidParameters: ["none", "/no/value"] });
});

it("leaves no value in the world, or on the timeline", async () => {
  const { parts, ssm } = await start();
  await ssm.send(new GetParametersCommand({ Names: ["/prod/db"], WithDecryption: true }));
  for (const place of [JSON.stringify(parts.world), JSON.stringify(parts.timeline.since())]) expect(place).not.toContain(planted);
});
