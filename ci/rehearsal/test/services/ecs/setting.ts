import { CreateClusterCommand, CreateServiceCommand, DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand, RegisterTaskDefinitionCommand, type CreateServiceCommandInput, type RegisterTaskDefinitionCommandInput, type Service, type Task } from "@aws-sdk/client-ecs";
import type { AwsRehearsal, RehearsalOptions } from "../../../src/aws-rehearsal.ts";
import type { VirtualClock } from "../../../src/clock/virtual-clock.ts";
import { InProcessTaskProvider, type InProcessContainer, type InProcessHandler } from "../../../src/tasks/in-process-provider.ts";
import { taskProvider } from "../../../src/tasks/task-provider.ts";
import { startRehearsal, type ClientSettings } from "../../support/rehearsal.ts";

export const taskDefinitionInput = (changes: Partial<RegisterTaskDefinitionCommandInput> = {}): RegisterTaskDefinitionCommandInput => ({
  family: "web",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "proxy", image: "web:1", portMappings: [{ containerPort: 8080 }] }],
  ...changes,
});

export const serviceInput = (changes: Partial<CreateServiceCommandInput> = {}): CreateServiceCommandInput => ({
  cluster: "main",
  serviceName: "web",
  taskDefinition: "web",
  desiredCount: 2,
  launchType: "FARGATE",
  deploymentController: { type: "CODE_DEPLOY" },
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"] } },
  ...changes,
});

export interface EcsSetting {
  readonly rehearsal: AwsRehearsal;
  readonly clock: VirtualClock;
  readonly client: ClientSettings;
  readonly ecs: ECSClient;
  /** Those that were started, in that order. */
  readonly containers: InProcessContainer[];
  readonly service: () => Promise<Service>;
  readonly tasks: (desiredStatus?: "RUNNING" | "STOPPED") => Promise<Task[]>;
}

/** A cluster `main`; its containers answer what `handler` does. */
export async function setUpEcs({ handler = () => new Response("well"), images = ["web", "sidecar"], ...options }: RehearsalOptions & { readonly handler?: InProcessHandler; readonly images?: readonly string[] } = {}): Promise<EcsSetting> {
  const containers: InProcessContainer[] = [];
  const { rehearsal, clock, client } = await startRehearsal({
    ...options,
    prepare(parts) {
      const run = (container: InProcessContainer): InProcessHandler => {
        containers.push(container);
        return handler;
      };
      parts.provide(taskProvider, new InProcessTaskProvider({ parts, images: Object.fromEntries(images.map((image) => [image, run])) }));
      options.prepare?.(parts);
    },
  });
  const ecs = new ECSClient(client);
  await ecs.send(new CreateClusterCommand({ clusterName: "main" }));
  return {
    rehearsal,
    clock,
    client,
    ecs,
    containers,
    async service() {
      const { services: [found] = [] } = await ecs.send(new DescribeServicesCommand({ cluster: "main", services: ["web"] }));
      return found ?? {};
    },
    async tasks(desiredStatus = "RUNNING") {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: "main", desiredStatus }));
      if (taskArns.length === 0) return [];
      return (await ecs.send(new DescribeTasksCommand({ cluster: "main", tasks: taskArns }))).tasks ?? [];
    },
  };
}

/** With a service of two tasks. */
export async function setUpService({ definition = {}, service = {}, ...options }: Parameters<typeof setUpEcs>[0] & { readonly definition?: Partial<RegisterTaskDefinitionCommandInput>; readonly service?: Partial<CreateServiceCommandInput> } = {}): Promise<EcsSetting> {
  const setting = await setUpEcs(options);
  await setting.ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionInput(definition)));
  await setting.ecs.send(new CreateServiceCommand(serviceInput(service)));
  return setting;
}
