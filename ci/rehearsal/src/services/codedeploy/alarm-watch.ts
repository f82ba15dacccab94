import type { Parts } from "../../parts.ts";
import { authoriseRole, DeploymentFailure, type Run } from "./run.ts";

/** As often as CodeDeploy asks; a real deployment was stopped within 23 s of its alarm. */
const pollMs = 10_000;
/** From CreateDeployment to the first time. */
const firstMs = 700;

/** Looks at the alarms of the deployments, from their creation to the end of their termination wait. */
export class AlarmWatch {
  readonly #parts: Parts;
  readonly #nextMs = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** When it is to be asked next. Throws DeploymentFailure when an alarm, or one that cannot be read, stops the deployment. */
  look(run: Run): number {
    const { deployment } = run;
    if (!deployment.alarms.enabled || deployment.creator === "codeDeployRollback") return Infinity;
    const now = this.#parts.clock.now();
    const dueMs = this.#nextMs.get(deployment.id) ?? deployment.createdMs + firstMs;
    if (now < dueMs) return dueMs;
    poll(run);
    this.#nextMs.set(deployment.id, now + pollMs);
    return now + pollMs;
  }

  forget(id: string): void {
    this.#nextMs.delete(id);
  }
}

function poll(run: Run): void {
  const { cloud, deployment } = run;
  const { names, ignorePollAlarmFailure } = deployment.alarms;
  try {
    authoriseRole(run, "AmazonCloudWatch", [{ action: "cloudwatch:DescribeAlarms", resource: "*" }]);
  } catch (error) {
    if (ignorePollAlarmFailure) return;
    throw error;
  }
  const states = cloud.alarmStates(names);
  const activated = names.filter((name) => states.some((alarm) => alarm.name === name && alarm.state === "ALARM"));
  if (activated.length > 0) throw new DeploymentFailure({ kind: "alarm", activated });
  const unknown = names.filter((name) => !states.some((alarm) => alarm.name === name));
  if (unknown.length > 0 && !ignorePollAlarmFailure) {
    throw new DeploymentFailure({ kind: "alarm-unreadable", message: `The status of one or more alarms could not be retrieved from Amazon CloudWatch, and the affected deployments have been stopped. Alarms: ${unknown.map((name) => `<${name}>`).join(" ")}` });
  }
}
