import { failed, type Run, type Step } from "../run.ts";

/** How often it looks, and how long it waits before it gives up. */
const pollMs = 10_000;
const longestMinutes = 5;
const names = { blue: "original", green: "replacement" } as const;

/** Before traffic goes over to a side: undefined once that has a healthy target. Throws DeploymentFailure when it has had none for too long. */
export function waitForHealthy({ cloud, deployment, parts }: Run, side: "blue" | "green"): Step | undefined {
  if (cloud.healthyTargets(deployment[side]?.targetGroupArn ?? "") > 0) {
    delete deployment.unhealthySinceMs;
    return undefined;
  }
  const now = parts.clock.now();
  deployment.unhealthySinceMs ??= now;
  const untilMs = deployment.unhealthySinceMs + longestMinutes * 60_000;
  if (now >= untilMs) throw failed("TIMEOUT", `The deployment failed because the ${names[side]} task set had no healthy targets for ${String(longestMinutes)} minutes while traffic was being shifted.`);
  return { untilMs: Math.min(now + pollMs, untilMs) };
}
