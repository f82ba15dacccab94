import { StopTask$, type StopTaskCommandInput, type StopTaskCommandOutput } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onTask } from "../access.ts";
import { scheduler } from "../scheduler.ts";
import { clusterOf } from "../services.ts";
import { showTask } from "../show.ts";
import { ecsState } from "../state.ts";

export const stopTask = operation<StopTaskCommandInput, Omit<StopTaskCommandOutput, "$metadata">>({
  schema: StopTask$,
  access: ({ cluster, task = "*" }, parts) => [onTask(parts, "StopTask", cluster, task)],
  run({ cluster, task: asked, reason = "Task stopped by user" }, { parts }) {
    const { arn } = clusterOf(parts, cluster);
    const task = ecsState(parts).tasks.find((candidate) => candidate.clusterArn === arn && (candidate.arn === asked || candidate.id === asked));
    if (task === undefined) throw new AwsError("InvalidParameterException", "The referenced task was not found.");
    parts.get(scheduler).stopTask(task, "UserInitiated", reason);
    return { task: showTask(parts, task) };
  },
});
