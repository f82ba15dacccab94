import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentCommand, CreateDeploymentGroupCommand, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { operatorKey } from "../../src/iam/access-keys.ts";
import { ecsState } from "../../src/services/ecs/state.ts";
import { StateFolder } from "../../src/state/state-folder.ts";
import { forEcs, inProcess, routesOf, seedWorld } from "../deployments/seed-world.ts";
import { taskDefinitionArn } from "../services/codedeploy/cloud-double.ts";
import { appSpec, groupInput } from "../services/codedeploy/inputs.ts";
import { container, task } from "./container-specs.ts";
import { containerMachine } from "./container-test-machine.ts";
import { byEachEngine, type Provided } from "./engines.ts";

const main = fileURLToPath(new URL("../../src/command-line/main.ts", import.meta.url));
const serving = `process.on("SIGTERM", () => process.exit(0)); require("http").createServer((request, response) => response.end("well")).listen(8080)`;

/** A state with a service of one task, saved as a process would have; whatever runs with it ends with the test. */
async function seededState({ engine, image }: Provided) {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-killed-"));
  const run = async (...args: string[]) => execa(process.execPath, [main, ...args], { env: engine.cli.env, extendEnv: false });
  onTestFinished(async () => {
    await run("stop", "--state", folder).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });
  const seeding = await new AwsRehearsal({ state: new StateFolder(folder), prepare: inProcess }).start();
  const seeded = seedWorld(seeding.parts, forEcs);
  const { services, taskDefinitions } = ecsState(seeding.parts);
  for (const service of services) service.desiredCount = 1;
  for (const definition of taskDefinitions) definition.containers = [{ name: "proxy", image, essential: true, entryPoint: ["node", "-e"], command: [serving], portMappings: [{ containerPort: 8080 }] }];
  await seeding.stop();
  const start = async (): Promise<{ readonly url: string; readonly pid: number }> => JSON.parse((await run("start", "--json", "--port", "0", "--speed", "20", "--state", folder, "--engine", engine.program)).stdout) as { url: string; pid: number };
  return { start, stop: async () => run("stop", "--state", folder), seeded };
}

/** What a client of the rehearsal sees of it. */
function clientsOf(endpoint: string) {
  const client = { endpoint, region: "eu-west-1", credentials: operatorKey };
  const [codedeploy, ecs] = [new CodeDeployClient(client), new ECSClient(client)];
  return {
    codedeploy,
    status: async (deploymentId: string) => (await codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo?.status,
    running: async (): Promise<Task[]> => {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: "main" }));
      const { tasks = [] } = taskArns.length === 0 ? {} : await ecs.send(new DescribeTasksCommand({ cluster: "main", tasks: taskArns }));
      return tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
    },
  };
}

byEachEngine("a rehearsal that is killed", (provided) => {
  it("leaves nothing to the one that takes up its state, which goes on with its deployment; a living one's containers are spared", { timeout: 120_000 }, async () => {
    const engine = await provided();
    const [{ start, stop, seeded }, living] = [await seededState(engine), containerMachine(engine)];
    const neighbour = living.start(task(container("web", engine.image, serving))).recorder;
    await neighbour.event("web RUNNING");

    const killed = await start();
    const owned = async (pid: number): Promise<string[]> => (await living.owned()).filter(({ owner }) => owner.split("-")[1] === String(pid)).map(({ name }) => name);
    const before = clientsOf(killed.url);
    const soon = { timeout: 30_000, interval: 100 };
    await expect.poll(async () => (await before.running()).length, soon).toBe(1);
    await before.codedeploy.send(new CreateApplicationCommand({ applicationName: "web", computePlatform: "ECS" }));
    await before.codedeploy.send(new CreateDeploymentGroupCommand({ ...groupInput(routesOf(seeded)), deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce", blueGreenDeploymentConfiguration: { deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" }, terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 } }, alarmConfiguration: { enabled: false } }));
    const { deploymentId = "" } = await before.codedeploy.send(new CreateDeploymentCommand({ applicationName: "web", deploymentGroupName: "web", revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec() } } }));
    await expect.poll(async () => (await before.running()).length, soon).toBe(2);
    expect(await before.status(deploymentId)).toBe("InProgress");
    process.kill(killed.pid, "SIGKILL");
    expect((await owned(killed.pid)).length).toBeGreaterThanOrEqual(2);

    const next = await start();
    expect(await owned(killed.pid)).toEqual([]);
    const after = clientsOf(next.url);
    await expect.poll(async () => after.status(deploymentId), { timeout: 90_000, interval: 250 }).toBe("Succeeded");
    expect((await owned(next.pid)).length).toBeGreaterThanOrEqual(1);
    expect(await after.running()).toMatchObject([{ taskDefinitionArn: taskDefinitionArn() }]);

    await stop();
    expect([await owned(next.pid), neighbour.stop]).toEqual([[], undefined]);
    expect(await living.left()).not.toEqual([]);
  });
});
