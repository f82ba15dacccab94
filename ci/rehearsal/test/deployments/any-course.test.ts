import { ContinueDeploymentCommand, StopDeploymentCommand } from "@aws-sdk/client-codedeploy";
import fc from "fast-check";
import { expect, it } from "vitest";
import { codedeploySlice, isActive } from "../../src/services/codedeploy/state.ts";
import { listenerArn } from "../services/codedeploy/cloud-double.ts";
import { groupInput, setUp, type Setting } from "../services/codedeploy/setting.ts";

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 600 }) }) },
  { weight: 3, arbitrary: fc.constant({ kind: "deploy" } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), rollback: fc.option(fc.boolean(), { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "continue" } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("alarm" as const), state: fc.constantFrom("OK", "ALARM", "INSUFFICIENT_DATA") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unhealthy" as const), is: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("steady" as const), afterMs: fc.constantFrom(1000, 60_000, 1_800_000, Infinity) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deny" as const), action: fc.constantFrom("ecs:CreateTaskSet", "cloudwatch:DescribeAlarms", "ecs:DescribeServices"), is: fc.boolean() }) },
);
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

async function perform({ client, clock, cloud, deploy, rehearsal }: Setting, what: Act): Promise<void> {
  const active = rehearsal.parts.world.slice(codedeploySlice).deployments.find(isActive)?.id;
  switch (what.kind) {
    case "pass":
      return clock.advance(what.seconds * 1000);
    case "deploy":
      await deploy().catch(() => undefined);
      return;
    case "stop":
      if (active !== undefined) await client.send(new StopDeploymentCommand({ deploymentId: active, autoRollbackEnabled: what.rollback }));
      return;
    case "continue":
      if (active !== undefined) for (const deploymentWaitType of ["READY_WAIT", "TERMINATION_WAIT"] as const) await client.send(new ContinueDeploymentCommand({ deploymentId: active, deploymentWaitType })).catch(() => undefined);
      return;
    case "alarm":
      cloud.alarms.set("errors", what.state);
      return;
    case "unhealthy":
      cloud.unhealthy = what.is;
      return;
    case "steady":
      cloud.steadyAfterMs = what.afterMs;
      return;
    case "deny":
      if (what.is) cloud.deniedActions.add(what.action);
      else cloud.deniedActions.delete(what.action);
  }
}

const ready = { deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 20 }, terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 5 } } as const;

it("holds its promises whatever happens: weights sum to 100, every deployment ends, and after a rollback all traffic is on the old task set", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), fc.boolean(), async (acts, waits) => {
      const setting = await setUp({ group: waits ? groupInput({ blueGreenDeploymentConfiguration: ready }) : groupInput() });
      const { cloud, rehearsal, untilOver } = setting;
      const { setForward } = cloud;
      const sums = new Set<number>();
      cloud.setForward = (listener, weights) => {
        if (listener === listenerArn("prod")) sums.add(weights.reduce((sum, { weight }) => sum + weight, 0));
        setForward(listener, weights);
      };
      for (const what of acts) await perform(setting, what);
      await untilOver();
      expect([...sums].filter((sum) => sum !== 100)).toEqual([]);
      const { deployments } = rehearsal.parts.world.slice(codedeploySlice);
      expect(deployments.filter(isActive)).toEqual([]);
      expect(cloud.taskSets.filter(({ status }) => status === "PRIMARY")).toHaveLength(1);
      const last = deployments.at(-1);
      if (last?.creator === "codeDeployRollback" && last.status === "Succeeded" && last.blue !== undefined) {
        const primary = cloud.taskSets.find(({ status }) => status === "PRIMARY");
        expect(primary?.taskSetArn).toBe(last.blue.taskSetArn);
        expect(cloud.forwardOf(listenerArn("prod")).find(({ targetGroupArn }) => targetGroupArn === last.blue?.targetGroupArn)?.weight).toBe(100);
      }
      await rehearsal.stop();
    }),
    { numRuns: 150 },
  );
});
