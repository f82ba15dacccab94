import { onTestFinished } from "vitest";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { createApplication, createDeploymentGroup } from "../../src/services/codedeploy/create.ts";
import { createRepository } from "../../src/services/ecr/create.ts";
import { InProcessTaskProvider } from "../../src/tasks/in-process-provider.ts";
import { taskProvider } from "../../src/tasks/task-provider.ts";
import { forEcs, routesOf, seedWorld } from "../deployments/seed-world.ts";
import { groupInput } from "../services/codedeploy/inputs.ts";

/** A rehearsal on the machine's time, thirty times as fast, with a service that can be released to all at once. */
export async function startForClients(): Promise<{ readonly rehearsal: AwsRehearsal; readonly blue: string; readonly green: string }> {
  const rehearsal = await new AwsRehearsal({
    speed: 30,
    prepare(parts) {
      parts.provide(taskProvider, new InProcessTaskProvider({ parts, images: { web: () => () => new Response("well") } }));
    },
  }).start();
  onTestFinished(async () => rehearsal.stop());
  const { blue, green, ...listeners } = seedWorld(rehearsal.parts, forEcs);
  createApplication(rehearsal.parts, { applicationName: "web", computePlatform: "ECS" });
  createDeploymentGroup(
    rehearsal.parts,
    groupInput({
      ...routesOf(listeners),
      deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
      alarmConfiguration: { enabled: false },
      blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" }, terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 } },
    }),
  );
  createRepository(rehearsal.parts, { name: "web" });
  return { rehearsal, blue, green };
}
