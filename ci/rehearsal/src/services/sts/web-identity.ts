import { z } from "zod";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Parts } from "../../parts.ts";
import { iamSlice, type OidcProviderRecord } from "../../iam/state.ts";

/** Claims of an OIDC token, as far as a trust policy can ask for them. `exp` is in seconds since the epoch. */
const standardClaims = z.object({ iss: z.string(), aud: z.union([z.string(), z.array(z.string())]), sub: z.string(), exp: z.number() });

/** Of GitHub's tokens, those that AWS knows besides, since January 2026. Source: IAM's user guide, available keys for OIDC federation. */
const githubIssuer = "token.actions.githubusercontent.com";
const githubClaims = ["actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref", "repository", "repository_id", "workflow"] as const;

const claimsSchema = standardClaims.extend(Object.fromEntries(githubClaims.map((name) => [name, z.string().optional()])) as Record<(typeof githubClaims)[number], z.ZodOptional<z.ZodString>>);
export type Claims = z.infer<typeof claimsSchema>;

export interface WebIdentity {
  readonly claims: Claims;
  readonly provider: OidcProviderRecord;
  readonly audience: string;
  /** What conditions of a trust policy may ask for, by their keys. */
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * Reads a token and holds its issuer, audience and expiry against the world's
 * OIDC providers. Its signature is NOT verified: an issuer's keys are on the
 * Internet, and a rehearsal's own tokens have none.
 */
export function readWebIdentity(token: string, parts: Parts): WebIdentity {
  const claims = claimsOf(token);
  const issuer = claims.iss.replace(/^https:\/\//, "").replace(/\/$/, "");
  const provider = parts.world.slice(iamSlice).oidcProviders.find(({ url }) => url === issuer);
  if (provider === undefined) throw invalid(`No OpenIDConnect provider found in your account for ${claims.iss}`);
  const now = Math.floor(parts.clock.now() / 1000);
  if (claims.exp <= now) throw new AwsError("ExpiredTokenException", `Token expired: current date/time ${now} must be before the expiration date/time ${claims.exp}`);
  const audience = [claims.aud].flat().find((candidate) => provider.clientIds.includes(candidate));
  if (audience === undefined) throw invalid("Incorrect token audience");
  const own = provider.url === githubIssuer ? githubClaims.flatMap((name) => (claims[name] === undefined ? [] : [[`${provider.url}:${name}`, claims[name]] as const])) : [];
  return { claims, provider, audience, keys: { [`${provider.url}:aud`]: audience, [`${provider.url}:sub`]: claims.sub, ...Object.fromEntries(own) } };
}

function claimsOf(token: string): Claims {
  const [, payload, ...rest] = token.split(".");
  try {
    if (payload !== undefined && rest.length === 1) return claimsSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  } catch {
    // Said below, for all that is wrong with it.
  }
  throw invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
}

const invalid = (message: string): AwsError => new AwsError("InvalidIdentityTokenException", message);

/** A token as an OIDC issuer would give it, unsigned: for a rehearsal of what a CI server does. */
export function unsignedToken(claims: Claims): string {
  const part = (of: object): string => Buffer.from(JSON.stringify(of)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
}
