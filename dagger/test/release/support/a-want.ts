import type { Have, TaskDefinitionBody } from "../../../src/release/have.ts";
import { observe } from "../../../src/release/observe/observe.ts";
import type { AwsClients } from "../../../src/release/aws/clients.ts";
import type { Want } from "../../../src/release/want.ts";
import type { StartedWorld } from "./start-world.ts";

export const commitA = "a".repeat(40);
export const commitB = "b".repeat(40);

export const repositories = { backend: "notes-backend", proxy: "notes-proxy" };

/** A release of that commit, whose images are in the registry from now on. */
export function aWant(world: Pick<StartedWorld, "names" | "settings" | "putImage">, commit = commitA, change: (body: TaskDefinitionBody) => TaskDefinitionBody = (body) => body): Want {
  const tag = commit.slice(0, 7);
  const images = { backend: world.putImage("notes-backend", tag), proxy: world.putImage("notes-proxy", tag) };
  const { names, settings } = world;
  const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
  const log = (container: string) => ({ logDriver: "awslogs", options: { "awslogs-group": "/ecs/notes", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": container } });
  const taskDefinition: TaskDefinitionBody = {
    family: names.family,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "512",
    memory: "1024",
    executionRoleArn: role(names.executionRole),
    taskRoleArn: role(names.taskRole),
    containerDefinitions: [
      {
        name: "proxy",
        image: images.proxy,
        portMappings: [{ containerPort: 8080 }],
        dependsOn: [{ containerName: "backend", condition: "HEALTHY" }],
        logConfiguration: log("proxy"),
      },
      {
        name: "backend",
        image: images.backend,
        portMappings: [{ containerPort: 3001, protocol: "tcp" }],
        environment: [
          { name: "PORT", value: "3001" },
          { name: "LOG_LEVEL", value: "info" },
        ],
        healthCheck: { command: ["CMD", "healthy"], interval: 10 },
        logConfiguration: log("backend"),
      },
    ],
  };
  return { project: "notes", names, settings, commit, tag, images, taskDefinition: change(taskDefinition), by: "Jane Doe <jane@example.org>" };
}

/** Everything that a plan and preflight look at. */
export const haveOf = async ({ clients, clock, names, settings }: StartedWorld, want: Pick<Want, "tag">, as: AwsClients = clients): Promise<Have> => observe(as, { names, clock, repositories, tag: want.tag, secrets: settings.secrets, ended: 5 });
