import { CreateLogStream$, type CreateLogStreamRequest } from "@aws-sdk/client-cloudwatch-logs";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { createLogStream as create, groupNamed } from "../create.ts";

export const createLogStream = operation<CreateLogStreamRequest, undefined>({
  schema: CreateLogStream$,
  access: ({ logGroupName, logStreamName }, { world }) => logsAccess("CreateLogStream", world, logGroupName, logStreamName),
  run({ logGroupName = "", logStreamName = "" }, { parts }) {
    create(parts, groupNamed(parts, logGroupName), logStreamName);
    return undefined;
  },
});
