import { dag } from "@dagger.io/dagger";
import { describe, expect, it } from "vitest";
import type { SessionKeys } from "../../src/release/aws/exchange-token.ts";
import { takeOnCredentials, type AwsCredentials } from "../../src/release/aws/take-on-credentials.ts";
import { argumentsOf, withSession, type Answer } from "../session-server.ts";

const values: Readonly<Record<string, string>> = { id: "the-id\n", key: "the-key", session: "the-session", web: "the-token\n" };
/** Each secret has its name's value. */
const plaintexts: Answer = (leaf, chain) => (leaf === "plaintext" ? values[String(argumentsOf(chain, "setSecret")[0]?.["name"])] : undefined);

const given = (names: readonly string[], roleArn = ""): AwsCredentials => {
  const secret = (name: string) => (names.includes(name) ? dag.setSecret(name, "") : undefined);
  return { accessKeyId: secret("id"), secretAccessKey: secret("key"), sessionToken: secret("session"), webIdentityToken: secret("web"), roleArn };
};

async function environmentOf(names: readonly string[], roleArn?: string): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = {};
  await withSession(plaintexts, async () => takeOnCredentials(given(names, roleArn), env));
  return env;
}

describe("credentials for AWS", () => {
  it("are put where the SDK looks for a key", async () => {
    expect(await environmentOf(["id", "key", "session"])).toEqual({ AWS_ACCESS_KEY_ID: "the-id", AWS_SECRET_ACCESS_KEY: "the-key", AWS_SESSION_TOKEN: "the-session" });
    expect(await environmentOf(["id", "key"])).not.toHaveProperty("AWS_SESSION_TOKEN");
  });

  it("are the keys of a session, for which a token is given at once and only once: it lives for minutes", async () => {
    const env: NodeJS.ProcessEnv = {};
    const asked: string[] = [];
    const exchange = async (token: string, role: string): Promise<SessionKeys> => {
      asked.push(`${token} for ${role}`);
      return Promise.resolve({ accessKeyId: "session-id", secretAccessKey: "session-key", sessionToken: "session-token" });
    };
    const role = "arn:aws:iam::123456789012:role/deployer";
    await withSession(plaintexts, async () => {
      await takeOnCredentials(given(["web"], role), env, exchange);
      await takeOnCredentials(given(["web"], role), env, exchange);
    });
    expect(asked).toEqual([`the-token for ${role}`]);
    expect(env).toEqual({ AWS_ACCESS_KEY_ID: "session-id", AWS_SECRET_ACCESS_KEY: "session-key", AWS_SESSION_TOKEN: "session-token", AWS_ROLE_ARN: role });
  });

  it.each([
    [["id"], "", "one was given without the other"],
    [["web"], "", "one was given without the other"],
    [[], "arn:aws:iam::123456789012:role/deployer", "one was given without the other"],
    [[], "", "none were given"],
    [["id", "key", "web"], "arn:aws:iam::123456789012:role/deployer", "Both a key and a web identity"],
  ])("are refused when they are not whole: %o %s", async (names, roleArn, message) => {
    await withSession(plaintexts, async () => {
      await expect(takeOnCredentials(given(names, roleArn), {})).rejects.toMatchObject({ code: "NO_CREDENTIALS", exitCode: 2, message: expect.stringContaining(message) as string });
    });
  });
});
