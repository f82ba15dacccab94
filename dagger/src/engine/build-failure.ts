import type { ImageBuild } from "./engine.ts";
import { StepError } from "./step-error.ts";
import { tail } from "./step-script.ts";

/** Network troubles in a build's log: the registry's fault, not the Dockerfile's. */
const networkTrouble = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Temporary failure (in name resolution|resolving)|Could not resolve host|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER/;

/** What the log of a build proves that came to its end and failed. */
export function explainBuildLog(build: ImageBuild, log: string, cause: unknown): StepError {
  const dockerfile = `${build.context}/${build.dockerfile}`;
  if (networkTrouble.test(log)) return new StepError("TOOL_FAILED", `The build of ${dockerfile} (${build.target}) could not reach what it downloads from.`, { log, cause });
  return new StepError("BUILD_FAILED", `${dockerfile} does not build (target ${build.target}): ${tail(log, 1).trim()}`, { log, cause });
}
