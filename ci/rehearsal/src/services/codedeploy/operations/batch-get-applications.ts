import { BatchGetApplications$, type BatchGetApplicationsInput, type BatchGetApplicationsOutput } from "@aws-sdk/client-codedeploy";
import { operation } from "../../service.ts";
import { onApplication } from "../access.ts";
import { checkBatch } from "../batch.ts";
import { findApplication } from "../find.ts";
import { showApplication } from "../show.ts";

export const batchGetApplications = operation<BatchGetApplicationsInput, BatchGetApplicationsOutput>({
  schema: BatchGetApplications$,
  access: ({ applicationNames }, parts) => (applicationNames ?? []).map((name) => onApplication(parts, "BatchGetApplications", name)),
  run: ({ applicationNames }, { parts }) => ({ applicationsInfo: checkBatch(applicationNames, 100).map((name) => showApplication(findApplication(parts, name))) }),
});
