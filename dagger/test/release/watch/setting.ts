import { CreateDeploymentCommand, GetDeploymentCommand, type DeploymentInfo } from "@aws-sdk/client-codedeploy";
import { RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { codedeploySlice, type DeploymentRecord } from "../../../../ci/rehearsal/src/services/codedeploy/state.ts";
import type { VirtualClock } from "../../../../ci/rehearsal/src/clock/virtual-clock.ts";
import type { ReleaseEvent } from "../../../src/report/release-events.ts";
import type { Outcome } from "../../../src/report/release-schema.ts";
import { emitAt, type ReleaseClock } from "../../../src/release/release-clock.ts";
import { watch, type WatchOptions } from "../../../src/release/watch/watch.ts";
import { startWorld, type StartedWorld, type WorldOptions } from "../support/start-world.ts";

export const never = new AbortController().signal;

/** Sleeping moves the rehearsal's time on; by no less than `leastMs`, so that a test of an hour's release is over in a second. */
export const virtualReleaseClock = (clock: VirtualClock, leastMs = 5_000): ReleaseClock => ({
  now: () => clock.now(),
  sleep: async (ms, signal) => {
    signal.throwIfAborted();
    await clock.advance(Math.max(ms, leastMs));
  },
});

export interface Setting extends StartedWorld {
  /** Registers a revision with the images of a commit, and deploys it; returns the ids. */
  readonly deploy: (commit: string, over?: Readonly<Record<string, unknown>>) => Promise<{ readonly deploymentId: string; readonly taskDefinitionArn: string }>;
  readonly events: ReleaseEvent[];
  readonly options: (deploymentId: string) => WatchOptions;
  readonly watch: (deploymentId: string, over?: Partial<WatchOptions>) => Promise<Outcome>;
  readonly info: (deploymentId: string) => Promise<DeploymentInfo>;
  readonly record: (deploymentId: string) => DeploymentRecord;
}

/** The Notes world, with a way to deploy to it that has nothing of the pipeline's. */
export async function setUp(options: WorldOptions = {}): Promise<Setting> {
  const world = await startWorld(options);
  const { clients, clock, names, putImage, rehearsal } = world;
  const releaseClock = virtualReleaseClock(clock);
  const events: ReleaseEvent[] = [];
  const watchOptions = (deploymentId: string): WatchOptions => ({ clients, names, deploymentId, clock: releaseClock, signal: never, emit: emitAt(releaseClock, (event) => events.push(event)) });
  return {
    ...world,
    events,
    options: watchOptions,
    watch: async (deploymentId, over = {}) => watch({ ...watchOptions(deploymentId), ...over }),
    deploy: async (commit, over = {}) => {
      const image = putImage("notes-proxy", commit.slice(0, 7));
      const ecs = await clients.ecs();
      const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({ ...revision(names.family, image), tags: [{ key: "gitops:commit", value: commit }, { key: "gitops:by", value: "a test" }], ...over }));
      const taskDefinitionArn = taskDefinition?.taskDefinitionArn ?? "";
      const codedeploy = await clients.codedeploy();
      const { deploymentId = "" } = await codedeploy.send(
        new CreateDeploymentCommand({
          applicationName: names.application,
          deploymentGroupName: names.deploymentGroup,
          description: `release ${commit}`,
          revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec(taskDefinitionArn) } },
        }),
      );
      return { deploymentId, taskDefinitionArn };
    },
    info: async (deploymentId) => (await (await clients.codedeploy()).send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo ?? {},
    record: (deploymentId) => {
      const found = rehearsal.parts.world.slice(codedeploySlice).deployments.find(({ id }) => id === deploymentId);
      if (found === undefined) throw new Error(`no deployment ${deploymentId}`);
      return found;
    },
  };
}

const appSpec = (TaskDefinition: string): string => JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition, LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }] });

const revision = (family: string, image: string) => ({
  family,
  cpu: "256",
  memory: "512",
  networkMode: "awsvpc" as const,
  requiresCompatibilities: ["FARGATE" as const],
  executionRoleArn: "arn:aws:iam::123456789012:role/notes-execution",
  taskRoleArn: "arn:aws:iam::123456789012:role/notes-task",
  containerDefinitions: [
    {
      name: "proxy",
      image,
      essential: true,
      portMappings: [{ containerPort: 8080, protocol: "tcp" as const }],
      logConfiguration: { logDriver: "awslogs" as const, options: { "awslogs-group": "/ecs/notes", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "notes" } },
    },
  ],
});

/** A line for each event that is easy to compare. */
export const told = (events: readonly ReleaseEvent[]): string[] =>
  events.map((event) => {
    switch (event.kind) {
      case "lifecycle":
        return `${event.event} ${event.status}`;
      case "traffic":
        return `traffic ${String(event.candidatePercent)}`;
      case "alarm":
        return `alarm ${event.name} ${event.state}`;
      case "task-stopped":
        return `stopped: ${event.reason}`;
      case "ended":
        return `ended ${event.outcome.kind}`;
      default:
        return event.kind;
    }
  });
