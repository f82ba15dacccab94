import type { AwsClients } from "./clients.ts";
import { releaseErrorOf } from "./errors.ts";

/** Before hours of other work: whether there are credentials that AWS knows. Throws ReleaseError. */
export async function requireIdentity(clients: AwsClients, signal: AbortSignal): Promise<void> {
  const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import("@aws-sdk/client-sts")]);
  try {
    await sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    throw releaseErrorOf(error, { target: clients.target, action: "sts:GetCallerIdentity", state: "Nothing was started." });
  }
}
