import { DescribeTasks$, type DescribeTasksCommandInput, type DescribeTasksCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onTask } from "../access.ts";
import { clusterOf } from "../services.ts";
import { showTask } from "../show.ts";
import { ecsState, type TaskRecord } from "../state.ts";

export const describeTasks = operation<DescribeTasksCommandInput, Omit<DescribeTasksCommandOutput, "$metadata">>({
  schema: DescribeTasks$,
  access: ({ cluster, tasks = [] }, parts) => tasks.map((task) => onTask(parts, "DescribeTasks", cluster, task)),
  run({ cluster, tasks = [] }, { parts }) {
    const { arn: clusterArn, name } = clusterOf(parts, cluster);
    const find = (asked: string): TaskRecord | undefined => ecsState(parts).tasks.find((task) => task.clusterArn === clusterArn && (task.arn === asked || task.id === asked));
    return {
      tasks: tasks.flatMap((asked) => find(asked) ?? []).map((task) => showTask(parts, task)),
      failures: tasks.filter((asked) => find(asked) === undefined).map((asked) => ({ arn: asked.startsWith("arn:") ? asked : parts.world.arn("ecs", `task/${name}/${asked}`), reason: "MISSING" })),
    };
  },
});
