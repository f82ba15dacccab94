import { BatchGetApplicationRevisions$, type BatchGetApplicationRevisionsInput, type BatchGetApplicationRevisionsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { checkBatch } from "../batch.ts";
import { findApplication } from "../find.ts";
import { findRevision, locationOf, showRevision } from "../revisions.ts";

export const batchGetApplicationRevisions = operation<BatchGetApplicationRevisionsInput, BatchGetApplicationRevisionsOutput>({
  schema: BatchGetApplicationRevisions$,
  access: ({ applicationName }, parts) => [onApplication(parts, "BatchGetApplicationRevisions", applicationName)],
  run({ applicationName, revisions }, { parts }) {
    const application = findApplication(parts, applicationName);
    const found = checkBatch(revisions, 25).map((revision) => findRevision(parts, application, revision));
    return { applicationName, revisions: found.map((revision) => ({ revisionLocation: locationOf(revision, revision.content), genericRevisionInfo: showRevision(revision) })) };
  },
});
