import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { CodeDeployClient, ContinueDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsRehearsal } from "../../../src/aws-rehearsal.ts";
import { after } from "../../../src/clock/clock.ts";
import { VirtualClock } from "../../../src/clock/virtual-clock.ts";
import type { Parts } from "../../../src/parts.ts";
import { createApplication, createDeploymentConfig, createDeploymentGroup } from "../../../src/services/codedeploy/create.ts";
import { hookTargets } from "../../../src/services/codedeploy/hooks.ts";
import { codedeploySlice, isActive, type DeploymentRecord } from "../../../src/services/codedeploy/state.ts";
import { taskSetsOf } from "../../../src/services/ecs/task-sets.ts";
import { InProcessTaskProvider, type InProcessContainer, type InProcessHandler } from "../../../src/tasks/in-process-provider.ts";
import { taskProvider } from "../../../src/tasks/task-provider.ts";
import { World } from "../../../src/world/world.ts";
import { groupInput } from "../../services/codedeploy/inputs.ts";
import { clientSettings, startMs } from "../../support/rehearsal.ts";
import { forEcs, routesOf, seedWorld, serviceArn } from "../seed-world.ts";
import type { Course } from "./acts.ts";
import { Promises } from "./promises.ts";

export interface Clients {
  readonly codedeploy: CodeDeployClient;
  readonly cloudwatch: CloudWatchClient;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
}

const alarm = new PutMetricAlarmCommand({ AlarmName: "errors", Namespace: "AWS/ApplicationELB", MetricName: "HTTPCode_Target_5XX_Count", Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanOrEqualToThreshold", TreatMissingData: "ignore" });

/** A rehearsal with all its real parts and tasks of this process; also what follows when it is started anew. */
export class Stage {
  readonly promises: Promises;
  readonly #hooksUrl: string;
  #rehearsal: AwsRehearsal;
  #clock: VirtualClock;
  #clients: Clients;

  private constructor(rehearsal: AwsRehearsal, clock: VirtualClock, hooksUrl: string) {
    this.#rehearsal = rehearsal;
    this.#clock = clock;
    this.#hooksUrl = hooksUrl;
    this.#clients = clientsOf(rehearsal);
    this.promises = new Promises(rehearsal.parts);
  }

  /** With a service that is steady. `hooksUrl` answers `/good` with 200, and anything else with 500. */
  static async set(course: Course, hooksUrl: string): Promise<Stage> {
    const clock = new VirtualClock(startMs);
    const rehearsal = await new AwsRehearsal({ clock, prepare: prepareWith(hooksUrl) }).start();
    seedGroup(rehearsal.parts, course);
    await clock.runUntil(() => taskSetsOf(rehearsal.parts, serviceArn).every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
    const stage = new Stage(rehearsal, clock, hooksUrl);
    await stage.clients.cloudwatch.send(alarm);
    return stage;
  }

  get parts(): Parts {
    return this.#rehearsal.parts;
  }

  get clients(): Clients {
    return this.#clients;
  }

  get active(): DeploymentRecord | undefined {
    return this.parts.world.slice(codedeploySlice).deployments.find(isActive);
  }

  async pass(ms: number): Promise<void> {
    await this.#clock.advance(ms);
  }

  /** Throws when there is still one after so many hours. */
  async untilOver(hours: number): Promise<void> {
    if (this.active !== undefined) await this.#clock.runUntil(() => this.active === undefined, hours * 3_600_000);
  }

  /** Lets time pass until the newest deployment has got there, and then as much as it takes to see it. */
  async until(place: DeploymentRecord["stage"]): Promise<void> {
    await this.#clock.runUntil(() => this.parts.world.slice(codedeploySlice).deployments.at(-1)?.stage === place, 3_600_000);
    await this.pass(0);
  }

  /** The same, unless the deployment ends before; a wait for somebody's word is ended. */
  async reach(place: DeploymentRecord["stage"]): Promise<void> {
    const isThere = (): boolean => this.active === undefined || this.active.stage === place;
    await this.#clock.runUntil(() => isThere() || this.active?.stage === "ReadyWait");
    if (isThere()) return;
    // It becomes Ready when it is looked at.
    await this.pass(0);
    await this.clients.codedeploy.send(new ContinueDeploymentCommand({ deploymentId: this.active?.id, deploymentWaitType: "READY_WAIT" }));
    await this.#clock.runUntil(isThere);
  }

  /** Another process takes up what was saved, after so long. */
  async restart(downMs = 0): Promise<void> {
    const saved: unknown = JSON.parse(JSON.stringify(this.parts.world));
    await this.stop();
    this.#clock = new VirtualClock(this.#clock.now() + downMs);
    this.#rehearsal = new AwsRehearsal({ clock: this.#clock, world: World.restore(saved), prepare: prepareWith(this.#hooksUrl) });
    this.promises.watch(this.parts);
    await this.#rehearsal.start();
    this.#clients = clientsOf(this.#rehearsal);
  }

  async stop(): Promise<void> {
    for (const client of Object.values(this.#clients)) (client as CodeDeployClient).destroy();
    await this.#rehearsal.stop();
    this.promises.checkGone();
  }
}

function clientsOf(rehearsal: AwsRehearsal): Clients {
  const settings = clientSettings(rehearsal);
  return { codedeploy: new CodeDeployClient(settings), cloudwatch: new CloudWatchClient(settings), ecs: new ECSClient(settings), elb: new ElasticLoadBalancingV2Client(settings) };
}

const prepareWith = (hooksUrl: string) => (parts: Parts): void => {
  const answers = (status: number) => (): InProcessHandler => () => new Response("", { status });
  const crashing = ({ exit }: InProcessContainer): InProcessHandler => {
    after(parts.clock, 4000, () => {
      exit(1);
    });
    return () => new Response("");
  };
  parts.provide(taskProvider, new InProcessTaskProvider({ parts, images: { web: answers(200), sick: answers(500), crashing } }));
  parts.provide(hookTargets, { good: { url: `${hooksUrl}/good` }, bad: { url: `${hooksUrl}/bad` }, later: { url: `${hooksUrl}/good`, answersBy: "callback" } });
};

function seedGroup(parts: Parts, { hasTestListener, rollsBack, terminationWaitTimeInMinutes, waitsForReady }: Course): void {
  const { loadBalancerInfo } = routesOf(seedWorld(parts, forEcs));
  const pairs = loadBalancerInfo.targetGroupPairInfoList.map(({ prodTrafficRoute, targetGroups, testTrafficRoute }) => ({ targetGroups, prodTrafficRoute, ...(hasTestListener ? { testTrafficRoute } : {}) }));
  createApplication(parts, { applicationName: "web", computePlatform: "ECS" });
  createDeploymentConfig(parts, { deploymentConfigName: "Third", computePlatform: "ECS", trafficRoutingConfig: { type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 33, linearInterval: 1 } } });
  createDeploymentGroup(
    parts,
    groupInput({
      deploymentConfigName: "Third",
      loadBalancerInfo: { targetGroupPairInfoList: pairs },
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: waitsForReady ? { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 10 } : { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
        terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes },
      },
      autoRollbackConfiguration: rollsBack ? { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] } : { enabled: false },
    }),
  );
}
