import { afterEach, describe, expect, it, vi } from "vitest";
import { createOpenIdConnectProvider, createRole } from "../../../../ci/rehearsal/src/iam/create.ts";
import { unsignedToken } from "../../../../ci/rehearsal/src/services/sts/web-identity.ts";
import { startRehearsal, startMs } from "../../../../ci/rehearsal/test/support/rehearsal.ts";
import { exchangeToken } from "../../../src/release/aws/exchange-token.ts";

const issuer = "https://token.actions.githubusercontent.com";
const claims = { iss: issuer, aud: "sts.amazonaws.com", sub: "repo:notes/notes:ref:refs/heads/main", exp: startMs / 1000 + 300 };
const roleArn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

afterEach(() => { vi.unstubAllEnvs(); });

/** The SDK goes where AWS_ENDPOINT_URL says, as for any caller. */
async function start(maxSessionSeconds: number): Promise<void> {
  const { rehearsal } = await startRehearsal();
  vi.stubEnv("AWS_ENDPOINT_URL", rehearsal.url);
  const { arn } = createOpenIdConnectProvider(rehearsal.parts, { Url: issuer, ClientIDList: ["sts.amazonaws.com"] });
  const Statement = [{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: arn }, Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": claims.sub } } }];
  createRole(rehearsal.parts, { RoleName: "release", MaxSessionDuration: maxSessionSeconds, AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }) });
}

const refused = async (token: string, role = "release"): Promise<unknown> => exchangeToken(token, roleArn(role)).then(() => undefined, (error: unknown) => error);

describe("a CI server's token", () => {
  it.each([4 * 3600, 3600])("is exchanged for keys of the role, which allows sessions of %i s", async (seconds) => {
    await start(seconds);
    expect(await exchangeToken(unsignedToken(claims), roleArn("release"))).toEqual({ accessKeyId: expect.stringMatching(/^ASIA/) as string, secretAccessKey: expect.any(String) as string, sessionToken: expect.any(String) as string });
  });

  it.each([
    ["has expired", unsignedToken({ ...claims, exp: startMs / 1000 }), "ExpiredTokenException", "ask for it just before"],
    ["is of a pull request", unsignedToken({ ...claims, sub: "repo:notes/notes:pull_request" }), "AccessDenied", "trust policy"],
    ["is for somebody else", unsignedToken({ ...claims, aud: "other" }), "InvalidIdentityTokenException", "OIDC provider"],
  ])("that %s is refused with what to do, and is not in the words", async (_, token, name, next) => {
    await start(3600);
    const error = await refused(token);
    expect(error).toMatchObject({ code: "NO_CREDENTIALS", exitCode: 2, happened: `AWS does not give the role ${roleArn("release")} for the token of the CI server: ${name}. Nothing was started.`, next: expect.stringContaining(next) as string });
    expect(String(error)).not.toContain(token);
  });
});
