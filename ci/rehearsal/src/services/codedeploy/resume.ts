import type { Parts } from "../../parts.ts";
import { codedeploySlice, isActive } from "./state.ts";

/** Takes up the deployments of a world that was saved, whether or not anybody asks for them. The rest of CodeDeploy is loaded only if there are any. */
export async function resumeDeployments(parts: Parts): Promise<void> {
  if (!parts.world.slice(codedeploySlice).deployments.some(isActive)) return;
  const { deployments } = await import("./deployments.ts");
  parts.get(deployments);
}
