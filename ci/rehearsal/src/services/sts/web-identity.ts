import { z } from "zod";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Parts } from "../../parts.ts";
import { iamSlice, type OidcProviderRecord } from "../../iam/state.ts";

/** Claims of an OIDC token, as far as a trust policy can ask for them. `exp` is in seconds since the epoch. */
const claimsSchema = z.object({ iss: z.string(), aud: z.union([z.string(), z.array(z.string())]), sub: z.string(), exp: z.number() });
export type Claims = z.infer<typeof claimsSchema>;

export interface WebIdentity {
  readonly claims: Claims;
  readonly provider: OidcProviderRecord;
  readonly audience: string;
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
  return { claims, provider, audience };
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
