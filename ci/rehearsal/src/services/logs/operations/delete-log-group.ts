import { DeleteLogGroup$, type DeleteLogGroupRequest } from "@aws-sdk/client-cloudwatch-logs";
import { operation } from "../../service.ts";
import { logsAccess } from "../access.ts";
import { groupNamed } from "../create.ts";
import { logsSlice } from "../state.ts";

export const deleteLogGroup = operation<DeleteLogGroupRequest, undefined>({
  schema: DeleteLogGroup$,
  access: ({ logGroupName }, { world }) => logsAccess("DeleteLogGroup", world, logGroupName),
  run({ logGroupName = "" }, { parts }) {
    const slice = parts.world.slice(logsSlice);
    const { name } = groupNamed(parts, logGroupName);
    slice.groups = Object.fromEntries(Object.entries(slice.groups).filter(([key]) => key !== name));
    return undefined;
  },
});
