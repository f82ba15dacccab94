import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  type CreateDeploymentGroupCommandInput,
  type CreateDeploymentInput,
  type DeploymentInfo,
  type ECSTarget,
} from "@aws-sdk/client-codedeploy";
import type { AwsRehearsal, RehearsalOptions } from "../../../src/aws-rehearsal.ts";
import { VirtualClock } from "../../../src/clock/virtual-clock.ts";
import type { Parts } from "../../../src/parts.ts";
import { collaborators } from "../../../src/services/codedeploy/collaborators.ts";
import { codedeploySlice, isActive } from "../../../src/services/codedeploy/state.ts";
import { startMs, startRehearsal } from "../../support/rehearsal.ts";
import { CloudDouble } from "./cloud-double.ts";
import { appSpec, groupInput } from "./inputs.ts";

export { appSpec, groupInput };

export interface Setting {
  readonly rehearsal: AwsRehearsal;
  readonly clock: VirtualClock;
  readonly cloud: CloudDouble;
  readonly client: CodeDeployClient;
  /** Creates one and returns its id. */
  readonly deploy: (changes?: Partial<CreateDeploymentInput> & { readonly content?: string }) => Promise<string>;
  readonly info: (id: string) => Promise<DeploymentInfo>;
  readonly target: (id: string) => Promise<ECSTarget>;
  /** Lets time pass until it has reached the stage. */
  readonly until: (id: string, stage: string) => Promise<void>;
  /** Lets time pass until nothing is active any more. */
  readonly untilOver: () => Promise<void>;
}

/** A rehearsal of CodeDeploy alone, with an application `web` and, unless null, its group. */
export async function setUp({ group = groupInput(), clock = new VirtualClock(startMs), cloud = new CloudDouble(clock), prepare, ...options }: Omit<RehearsalOptions, "clock"> & { readonly clock?: VirtualClock; readonly group?: CreateDeploymentGroupCommandInput | null; readonly cloud?: CloudDouble } = {}): Promise<Setting> {
  const { rehearsal, client: settings } = await startRehearsal({
    clock,
    ...options,
    prepare(parts: Parts) {
      parts.provide(collaborators, cloud);
      prepare?.(parts);
    },
  });
  const client = new CodeDeployClient(settings);
  const state = rehearsal.parts.world.slice(codedeploySlice);
  if (state.applications.length === 0) await client.send(new CreateApplicationCommand({ applicationName: "web", computePlatform: "ECS" }));
  if (group !== null && state.groups.length === 0) await client.send(new CreateDeploymentGroupCommand(group));
  const info = async (id: string): Promise<DeploymentInfo> => (await client.send(new GetDeploymentCommand({ deploymentId: id }))).deploymentInfo ?? {};
  return {
    rehearsal,
    clock,
    cloud,
    client,
    info,
    async deploy({ content = appSpec(), ...changes } = {}) {
      const { deploymentId = "" } = await client.send(new CreateDeploymentCommand({ applicationName: "web", deploymentGroupName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { content } }, ...changes }));
      return deploymentId;
    },
    target: async (id) => (await client.send(new GetDeploymentTargetCommand({ deploymentId: id, targetId: "main:web" }))).deploymentTarget?.ecsTarget ?? {},
    until: async (id, stage) => clock.runUntil(() => state.deployments.some((deployment) => deployment.id === id && deployment.stage === stage)),
    untilOver: async () => clock.runUntil(() => !state.deployments.some(isActive)),
  };
}
