import type { GenericRevisionInfo, RevisionLocation } from "@aws-sdk/client-codedeploy";
import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { sha256Of } from "./appspec.ts";
import { stateOf } from "./find.ts";
import type { ApplicationRecord, DeploymentRecord, RevisionRecord } from "./state.ts";

/** Takes in a revision that is given with its content. Throws AwsError for what CodeDeploy refuses; what its AppSpec says is looked at later. */
export function registerRevision(parts: Parts, application: ApplicationRecord, given: RevisionLocation | undefined, description?: string): RevisionRecord {
  const { content, sha256 } = partsOf(given);
  if (content === undefined || content === "") throw new AwsError("InvalidRevisionException", "The revision was specified in an invalid format: it has no content.");
  const actual = sha256Of(content);
  if (sha256 !== undefined && sha256 !== actual) throw new AwsError("InvalidRevisionException", `The SHA256 hash of the revision's content is ${actual}, and not ${sha256}.`);
  const { revisions } = stateOf(parts);
  const known = revisions.find((revision) => revision.applicationName === application.name && revision.sha256 === actual);
  if (known !== undefined) return known;
  const record: RevisionRecord = { applicationName: application.name, sha256: actual, content, description, registeredMs: parts.clock.now(), groups: [] };
  revisions.push(record);
  return record;
}

export function findRevision(parts: Parts, application: ApplicationRecord, given: RevisionLocation | undefined): RevisionRecord {
  const { content, sha256 } = partsOf(given);
  const wanted = sha256 ?? (content === undefined ? undefined : sha256Of(content));
  const found = stateOf(parts).revisions.find((revision) => revision.applicationName === application.name && revision.sha256 === wanted);
  if (found === undefined) throw new AwsError("RevisionDoesNotExistException", `No revision of the application ${application.name} has the SHA256 hash ${wanted ?? "(none given)"}.`);
  return found;
}

function partsOf(given: RevisionLocation | undefined): { readonly content?: string | undefined; readonly sha256?: string | undefined } {
  if (given === undefined) throw new AwsError("RevisionRequiredException", "RevisionLocation must be specified");
  const { revisionType = "AppSpecContent", appSpecContent } = given;
  if (revisionType === "S3") throw new AwsError("InvalidRevisionException", "The rehearsal has no S3: give the AppSpec itself, as the revisionType AppSpecContent.");
  if (revisionType !== "AppSpecContent") throw new AwsError("InvalidRevisionException", `The revisionType ${revisionType} cannot be deployed to ECS.`);
  if (appSpecContent === undefined) throw new AwsError("InvalidRevisionException", "A revision of the type AppSpecContent has to have its appSpecContent.");
  return { content: appSpecContent.content, sha256: appSpecContent.sha256?.toLowerCase() };
}

/** As deployments show it: never with its content. */
export const locationOf = (revision: DeploymentRecord["revision"], content?: string): RevisionLocation | undefined =>
  revision === undefined ? undefined : { revisionType: "AppSpecContent", appSpecContent: { content, sha256: revision.sha256 } };

export const showRevision = ({ description, firstUsedMs, groups, lastUsedMs, registeredMs }: RevisionRecord): GenericRevisionInfo => ({
  ...(description === undefined ? {} : { description }),
  deploymentGroups: groups,
  ...(firstUsedMs === undefined ? {} : { firstUsedTime: new Date(firstUsedMs) }),
  ...(lastUsedMs === undefined ? {} : { lastUsedTime: new Date(lastUsedMs) }),
  registerTime: new Date(registeredMs),
});
