import { deploymentDescription, readDescription } from "./deployment-description.ts";
import type { Have, HaveDeployment, HaveTaskDefinition, TaskDefinitionBody } from "./have.ts";
import { normaliseTaskDefinition } from "./normalise-task-definition.ts";
import type { Action, Plan } from "./plan.ts";
import { ReleaseError } from "./release-error.ts";
import { taskDefinitionChanges } from "./task-definition-changes.ts";
import type { Want } from "./want.ts";

export interface PlanChoices {
  /**
   * Whether the wanted commit is an ancestor of the one that runs, by Git;
   * undefined when Git cannot tell, or nothing runs that bears a commit.
   */
  readonly isAncestor: boolean | undefined;
  /** An older commit may replace a newer one. */
  readonly allowOlder: boolean;
}

/** Tags on a revision: where the history is read from. */
export const revisionTags = { commit: "gitops:commit", tag: "gitops:tag", by: "gitops:by", at: "gitops:at", breakGlass: "gitops:break-glass" } as const;

/** The commit that has the traffic; undefined where its revision bears none. */
export const currentCommit = (have: Have): string | undefined => have.current?.tags[revisionTags.commit];

/**
 * What is to be done so that what is wanted runs. Changes nothing and asks nobody.
 * Throws ReleaseError when it must not be done: another deployment runs, or
 * something newer would be replaced.
 */
export function makePlan(want: Want, have: Have, choices: PlanChoices): Plan {
  const followed = runningAction(want, have);
  const fromCommit = currentCommit(have);
  if (followed === undefined && !choices.allowOlder && choices.isAncestor === true && fromCommit !== want.commit) refuseOlder(want, fromCommit ?? "");
  const changes = have.current === undefined ? taskDefinitionChanges({}, want.taskDefinition) : taskDefinitionChanges(have.current.body, want.taskDefinition);
  return {
    kind: "release",
    commit: want.commit,
    tag: want.tag,
    fromCommit,
    changes: [...changes, ...deploymentChanges(want, have)],
    actions: followed === undefined ? actionsOf(want, have) : [followed],
    notes: notesOf(want, have, choices, changes.length),
  };
}

/** Follows the running deployment when it is of the same commit and images, and refuses any other. */
function runningAction(want: Want, { running, latest, current }: Have): Action | undefined {
  if (running === undefined) return undefined;
  const revision = [latest, current].find((known) => known !== undefined && known.arn === running.taskDefinitionArn);
  const isOurs = running.creator !== "codeDeployRollback" && revision !== undefined && isWanted(want, revision);
  if (isOurs) return { kind: "follow-deployment", deploymentId: running.id };
  throw new ReleaseError("DEPLOYMENT_RUNS", `Deployment ${running.id} of this service runs: ${describe(running)}. Nothing was changed.`, "Wait for it with `--wait`, follow it with `status --follow`, or end it with `rollback --stop`.");
}

function describe(running: HaveDeployment): string {
  const { what, commit, by } = readDescription(running.description);
  if (running.creator === "codeDeployRollback") return `it rolls back ${running.rollsBack ?? "another one"}`;
  return `${what === "rollback" ? "a rollback to" : "a release of"} ${commit?.slice(0, 7) ?? "an unknown commit"}${by === undefined ? "" : ` by ${by}`}, since ${new Date(running.createdAtMs).toISOString()}`;
}

function refuseOlder(want: Want, fromCommit: string): never {
  throw new ReleaseError(
    "OLDER_COMMIT",
    `${want.commit.slice(0, 7)} is older than what runs: ${fromCommit.slice(0, 7)} has it among its ancestors. Nothing was changed.`,
    "Release a newer commit; go back with `rollback`, or say --allow-older if this one is meant.",
  );
}

function actionsOf(want: Want, have: Have): readonly Action[] {
  if (have.current !== undefined && isWanted(want, have.current)) return [];
  const { names } = want;
  const deploy: Action = { kind: "create-deployment", application: names.application, deploymentGroup: names.deploymentGroup, description: deploymentDescription({ ...want, what: "release" }) };
  const known = have.latest !== undefined && isWanted(want, have.latest) ? have.latest : undefined;
  return [known === undefined ? { kind: "register-task-definition", family: names.family, body: want.taskDefinition, tags: tagsOf(want, have.atMs) } : { kind: "use-task-definition", arn: known.arn }, { kind: "keep-images", images: imagesOf(want) }, deploy];
}

/** `<host>/<repository>@sha256:…`; a repository's name may have slashes. */
const imagesOf = ({ images }: Want): Extract<Action, { kind: "keep-images" }>["images"] =>
  Object.values(images).flatMap((image) => {
    const [, repository, digest] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
    return repository === undefined || digest === undefined ? [] : [{ repository, digest }];
  });

/** The same commit and images, in a definition that means the same. */
function isWanted(want: Want, { body, tags }: HaveTaskDefinition): boolean {
  return tags[revisionTags.commit] === want.commit && tags[revisionTags.tag] === want.tag && isSame(body, want.taskDefinition);
}

const isSame = (one: TaskDefinitionBody, other: TaskDefinitionBody): boolean => JSON.stringify(normaliseTaskDefinition(one)) === JSON.stringify(normaliseTaskDefinition(other));

const tagsOf = ({ breakGlass, by, commit, tag }: Want, atMs: number): Readonly<Record<string, string>> => ({
  [revisionTags.commit]: commit,
  [revisionTags.tag]: tag,
  [revisionTags.by]: tagValue(by),
  [revisionTags.at]: new Date(atMs).toISOString(),
  ...(breakGlass === undefined ? {} : { [revisionTags.breakGlass]: tagValue(breakGlass) }),
});

/** Values hold letters, digits, spaces and a few signs, 256 at most. */
const tagValue = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_.:/=+@-]+/gu, " ").trim().slice(0, 256);

/** How traffic was shifted to what runs, and how it will be. Which of the two target groups is which is no difference. */
function deploymentChanges({ settings }: Want, { service, group, ended }: Have): Plan["changes"] {
  const primary = service?.taskSets.find(({ status }) => status === "PRIMARY");
  const brought = ended.find(({ id }) => id === primary?.deploymentId);
  const before = brought?.configName;
  const [route] = service?.loadBalancers ?? [];
  return [
    ...(before === undefined || group === undefined || before === group.deploymentConfigName ? [] : [{ path: "deployment.configuration", from: before, to: group.deploymentConfigName }]),
    ...(route === undefined || route.containerName === settings.container ? [] : [{ path: "deployment.container", from: route.containerName, to: settings.container }]),
    ...(route === undefined || route.containerPort === settings.port ? [] : [{ path: "deployment.port", from: String(route.containerPort), to: String(settings.port) }]),
    // A rollback runs no hooks, and says nothing of them.
    ...(brought?.hooks === undefined || readDescription(brought.description).what === "rollback" ? [] : hookChanges(brought.hooks, settings.hooks)),
  ];
}

const hookChanges = (from: Readonly<Record<string, string>>, to: Readonly<Record<string, string | undefined>>): Plan["changes"] =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((event) => {
    const [one, other] = [from[event], to[event]];
    return one === other ? [] : [{ path: `deployment.hooks.${event}`, ...(one === undefined ? {} : { from: one }), ...(other === undefined ? {} : { to: other }) }];
  });

function notesOf(want: Want, have: Have, { isAncestor, allowOlder }: PlanChoices, taskChanges: number): readonly string[] {
  const fromCommit = currentCommit(have);
  const others = fromCommit !== undefined && fromCommit !== want.commit;
  return [
    ...(have.current !== undefined && fromCommit === undefined ? ["What runs bears no commit: it was not released by this pipeline."] : []),
    ...(others && isAncestor === undefined ? [`Git cannot tell whether ${want.commit.slice(0, 7)} is older than ${fromCommit.slice(0, 7)}, which runs: its history was not fetched.`] : []),
    ...(others && isAncestor === true && allowOlder ? [`${want.commit.slice(0, 7)} is older than ${fromCommit.slice(0, 7)}, which runs, and replaces it because it was asked for.`] : []),
    ...(taskChanges === 0 && others ? ["Nothing differs but the commit."] : []),
    ...(have.group === undefined ? [] : [`Traffic goes over by ${have.group.deploymentConfigName}.`]),
  ];
}
