import { deploymentDescription } from "../deployment-description.ts";
import type { Have, Json, TaskDefinitionBody } from "../have.ts";
import { isFields, isList } from "../normalise-task-definition.ts";
import type { Plan } from "../plan.ts";
import type { Revision } from "../read-revisions.ts";
import { ReleaseError } from "../release-error.ts";
import type { AwsNames, ReleaseSettings } from "../release-settings.ts";
import { taskDefinitionChanges } from "../task-definition-changes.ts";

/** A rollback shifts all traffic at once and runs no hooks, as CodeDeploy's own does: the version is known to be good. */
export interface RollbackPlan extends Plan {
  readonly kind: "rollback";
  readonly taskDefinitionArn: string;
  readonly description: string;
  /** An alarm that has fired would stop this deployment too. */
  readonly ignoresAlarms: boolean;
}

export interface PlanInputs {
  readonly have: Have;
  readonly target: Revision;
  readonly names: AwsNames;
  readonly settings: Pick<ReleaseSettings, "container" | "port">;
  readonly missingImages: readonly string[];
  readonly by: string;
  /** What somebody who looked elsewhere has to say, such as that the database's schema is newer. */
  readonly warnings: readonly string[];
}

/** What a rollback will do. Throws ReleaseError when it cannot work. */
export function planRollback(inputs: PlanInputs): RollbackPlan {
  const { by, have, names, settings, target, warnings } = inputs;
  refuse(inputs);
  const commit = target.commit ?? "";
  const description = deploymentDescription({ what: "rollback", commit, by });
  const firing = have.alarms.filter(({ name, state }) => state === "ALARM" && have.group?.alarmNames.includes(name) === true);
  const isIgnoring = have.group?.alarmsEnabled === true && firing.length > 0;
  return {
    kind: "rollback",
    commit,
    tag: commit.slice(0, 7),
    fromCommit: have.current?.tags["gitops:commit"],
    changes: have.current === undefined ? [] : taskDefinitionChanges(have.current.body, target.body),
    actions: [
      { kind: "use-task-definition", arn: target.arn },
      { kind: "create-deployment", application: names.application, deploymentGroup: names.deploymentGroup, description },
    ],
    notes: [
      `All traffic goes over at once as soon as ${settings.container} is healthy, and no hooks are run.`,
      ...(isIgnoring ? [`${firing.map(({ name }) => name).join(", ")} has fired already and would stop this deployment too: alarms are not looked at in it. The caller needs codedeploy:UpdateDeploymentGroup for that.`] : []),
      ...warnings,
    ],
    taskDefinitionArn: target.arn,
    description,
    ignoresAlarms: isIgnoring,
  };
}

function refuse({ missingImages, settings: { container, port }, target }: PlanInputs): void {
  const name = `${target.commit?.slice(0, 7) ?? "The revision"} (${target.arn.split("/").at(-1) ?? target.arn})`;
  if (!target.isActive) throw new ReleaseError("NOTHING_TO_ROLL_BACK_TO", `${name} was deregistered in ECS and cannot be deployed again. Nothing was changed.`, "Name another commit with `--to`, or release the commit anew.");
  if (missingImages.length > 0) {
    const list = missingImages.join(", ");
    throw new ReleaseError("NOTHING_TO_ROLL_BACK_TO", `${name} needs ${missingImages.length === 1 ? "an image that is" : "images that are"} gone from the registry: ${list}. Nothing was changed.`, "Name another commit with `--to`, or build the commit anew with `pipeline`; a lifecycle policy that keeps more images prevents this.");
  }
  const ports = containersOf(target.body).find((candidate) => candidate["name"] === container)?.["portMappings"];
  if (!isList(ports) || !ports.some((mapping) => isFields(mapping) && mapping["containerPort"] === port)) {
    throw new ReleaseError("NOTHING_TO_ROLL_BACK_TO", `${name} has no container ${container} with port ${String(port)}, to which the load balancer sends requests now. Nothing was changed.`, "Name another commit with `--to`, or set release.container and release.port in gitops.json as they were then.");
  }
}

const containersOf = (body: TaskDefinitionBody): { readonly [key: string]: Json }[] => {
  const containers = body["containerDefinitions"];
  return isList(containers) ? containers.filter(isFields) : [];
};
