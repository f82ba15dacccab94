import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, it } from "vitest";
import { startRehearsal } from "../support/rehearsal.ts";

it("says who calls", async () => {
  const { client } = await startRehearsal();
  expect(await new STSClient(client).send(new GetCallerIdentityCommand())).toMatchObject({ Account: "123456789012", Arn: "arn:aws:iam::123456789012:user/operator" });
});

it("names the service, the operation and the file of an operation that it does not have", async () => {
  const { client } = await startRehearsal();
  await expect(new STSClient(client).send(new GetSessionTokenCommand())).rejects.toThrow("The rehearsal's sts does not have GetSessionToken. It would be the file ci/rehearsal/src/services/sts/operations/get-session-token.ts.");
});

it("refuses a key that is not its own, and names the variables to set", async () => {
  const { client } = await startRehearsal();
  const real = { ...client, credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" } };
  await expect(new STSClient(real).send(new GetCallerIdentityCommand())).rejects.toThrow(/not its own\. Set AWS_ACCESS_KEY_ID=AKIAREHEARSALONLY000/);
});
