import { DescribeTaskSets$, type DescribeTaskSetsCommandInput, type DescribeTaskSetsCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onTaskSet } from "../access.ts";
import { serviceOf } from "../services.ts";
import { showTaskSet } from "../show.ts";
import { taskSetsOf } from "../task-sets.ts";

export const describeTaskSets = operation<DescribeTaskSetsCommandInput, Omit<DescribeTaskSetsCommandOutput, "$metadata">>({
  schema: DescribeTaskSets$,
  access: ({ cluster, service, taskSets = ["*"] }, parts) => taskSets.map((taskSet) => onTaskSet(parts, "DescribeTaskSets", { cluster, service, taskSet })),
  run({ cluster, service, taskSets }, { parts }) {
    const all = taskSetsOf(parts, serviceOf(parts, cluster, service ?? "").arn);
    const isAsked = (arn: string, id: string): boolean => taskSets === undefined || taskSets.length === 0 || taskSets.some((asked) => asked === arn || asked === id);
    return {
      taskSets: all.filter(({ arn, id }) => isAsked(arn, id)).map((taskSet) => showTaskSet(parts, taskSet)),
      failures: (taskSets ?? []).filter((asked) => !all.some(({ arn, id }) => asked === arn || asked === id)).map((arn) => ({ arn, reason: "MISSING" })),
    };
  },
});
