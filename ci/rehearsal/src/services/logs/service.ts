import * as client from "@aws-sdk/client-cloudwatch-logs";
import type { Service } from "../service.ts";
import { createLogGroup } from "./operations/create-log-group.ts";
import { createLogStream } from "./operations/create-log-stream.ts";
import { deleteLogGroup } from "./operations/delete-log-group.ts";
import { describeLogGroups } from "./operations/describe-log-groups.ts";
import { describeLogStreams } from "./operations/describe-log-streams.ts";
import { filterLogEvents } from "./operations/filter-log-events.ts";
import { getLogEvents } from "./operations/get-log-events.ts";
import { putLogEvents } from "./operations/put-log-events.ts";
import { putRetentionPolicy } from "./operations/put-retention-policy.ts";

export const logs: Service = {
  name: "logs",
  client,
  operations: [createLogGroup, createLogStream, deleteLogGroup, describeLogGroups, describeLogStreams, filterLogEvents, getLogEvents, putLogEvents, putRetentionPolicy],
};
