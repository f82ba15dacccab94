import { CreateLogGroup$, type CreateLogGroupRequest } from "@aws-sdk/client-cloudwatch-logs";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { createLogGroup as create } from "../create.ts";

export const createLogGroup = operation<CreateLogGroupRequest, undefined>({
  schema: CreateLogGroup$,
  access: ({ logGroupName }, { world }) => logsAccess("CreateLogGroup", world, logGroupName),
  run({ logGroupName = "", tags }, { parts }) {
    create(parts, { name: logGroupName, tags });
    return undefined;
  },
});
