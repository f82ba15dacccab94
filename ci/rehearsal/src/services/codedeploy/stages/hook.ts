import { failed, authoriseRole, type Run, type Step } from "../run.ts";
import { executionIdOf, functionArn } from "../hooks.ts";
import type { HookName } from "../state.ts";

/** How long an event takes that has no hook. */
const emptyMs = 200;
const longestMs = 60 * 60_000;

/** Runs the AppSpec's hook of that name, and waits for its answer. */
export function hook(run: Run, event: HookName): Step {
  const { deployment, parts } = run;
  const name = deployment.appSpec?.hooks[event];
  const now = parts.clock.now();
  if (name === undefined) return now >= deployment.stageSinceMs + emptyMs ? "done" : { untilMs: deployment.stageSinceMs + emptyMs };
  if (deployment.hook?.event !== event) {
    authoriseRole(run, "AWSLambda", [{ action: "lambda:InvokeFunction", resource: functionArn(parts, name) }]);
    deployment.hook = { executionId: executionIdOf(parts, deployment.id, event), event, startedMs: now };
  }
  const { answer, diagnostics, startedMs } = deployment.hook;
  if (answer === "Succeeded") return "done";
  if (answer === "Failed") throw failed("HOOK_EXECUTION_FAILURE", "The deployment failed because one or more of the lifecycle event validation functions failed.", diagnostics ?? `${name} answered Failed.`);
  if (now >= startedMs + longestMs) {
    throw failed("TIMEOUT", "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.", `${name} has not answered within an hour.`);
  }
  run.startHook();
  return { untilMs: startedMs + longestMs };
}
