import { ListTasks$, type ListTasksCommandInput, type ListTasksCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onAllOfCluster } from "../access.ts";
import { page } from "../page.ts";
import { clusterOf, serviceOf } from "../services.ts";
import { ecsState } from "../state.ts";

export const listTasks = operation<ListTasksCommandInput, Omit<ListTasksCommandOutput, "$metadata">>({
  schema: ListTasks$,
  access: ({ cluster }, parts) => [onAllOfCluster(parts, "ListTasks", cluster)],
  run(input, { parts }) {
    const { serviceName, family, desiredStatus = "RUNNING", startedBy } = input;
    const { arn: cluster } = clusterOf(parts, input.cluster);
    const service = serviceName === undefined ? undefined : serviceOf(parts, input.cluster, serviceName).arn;
    const chosen = ecsState(parts).tasks.filter(
      (task) => task.clusterArn === cluster && task.desiredStatus === desiredStatus && (service === undefined || task.serviceArn === service) && (family === undefined || task.taskDefinition.includes(`/${family}:`)) && (startedBy === undefined || (task.own === undefined ? task.taskSetArn.endsWith(`/${startedBy}`) : task.own.startedBy === startedBy)),
    );
    const { items, next } = page(chosen.map(({ arn }) => arn), input);
    return { taskArns: items, ...next };
  },
});
