import { CodeDeployClient, ContinueDeploymentCommand, CreateDeploymentCommand, GetDeploymentCommand, GetDeploymentTargetCommand, ListDeploymentTargetsCommand, type DeploymentInfo } from "@aws-sdk/client-codedeploy";
import { ECSClient, DescribeServicesCommand, RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput, type TaskSet } from "@aws-sdk/client-ecs";
import { until } from "../support/until.ts";
import type { RehearsalProcess } from "./rehearsal-process.ts";

/** Longest, of the machine's time. */
const releaseMs = 200_000;

/** Releases to the Notes service, through the real clients. */
export class Deployments {
  readonly #ecs: ECSClient;
  readonly #codedeploy: CodeDeployClient;

  constructor({ client }: RehearsalProcess) {
    this.#ecs = new ECSClient(client);
    this.#codedeploy = new CodeDeployClient(client);
  }

  async taskSets(): Promise<TaskSet[]> {
    const { services: [service] = [] } = await this.#ecs.send(new DescribeServicesCommand({ cluster: "notes-cluster", services: ["notes-service"] }));
    return service?.taskSets ?? [];
  }

  /** Returns the task set that is left when all others have been stopped. */
  async untilAlone(): Promise<{ readonly taskSetArn: string | undefined; readonly status: string | undefined }> {
    return until("one task set only", async () => {
      const [taskSet, ...others] = await this.taskSets();
      return taskSet === undefined || others.length > 0 ? undefined : { taskSetArn: taskSet.taskSetArn, status: taskSet.status };
    });
  }

  async register(definition: RegisterTaskDefinitionCommandInput): Promise<string> {
    const { taskDefinition } = await this.#ecs.send(new RegisterTaskDefinitionCommand(definition));
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  /** Begins a deployment; the group's configuration unless another is named. */
  async create(taskDefinition: string, deploymentConfigName?: string): Promise<string> {
    const content = JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: taskDefinition, LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }] });
    const { deploymentId = "" } = await this.#codedeploy.send(
      new CreateDeploymentCommand({ applicationName: "notes", deploymentGroupName: "notes-dg", revision: { revisionType: "AppSpecContent", appSpecContent: { content } }, ...(deploymentConfigName === undefined ? {} : { deploymentConfigName }) }),
    );
    return deploymentId;
  }

  async info(deploymentId: string | undefined): Promise<DeploymentInfo> {
    return (await this.#codedeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo ?? {};
  }

  /** Returns when an event of the deployment's life has succeeded, or it can come to that no more. */
  async untilPast(deploymentId: string, event: string): Promise<void> {
    await until(`${event} of ${deploymentId}`, async () => {
      const { status = "" } = await this.info(deploymentId);
      if (["Succeeded", "Failed", "Stopped"].includes(status)) return true;
      if (status !== "InProgress") return undefined;
      const { targetIds: [targetId] = [] } = await this.#codedeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
      if (targetId === undefined) return undefined;
      const { deploymentTarget } = await this.#codedeploy.send(new GetDeploymentTargetCommand({ deploymentId, targetId }));
      return deploymentTarget?.ecsTarget?.lifecycleEvents?.some(({ lifecycleEventName, status: is }) => lifecycleEventName === event && is === "Succeeded") === true ? true : undefined;
    }, releaseMs);
  }

  /** Ends the wait before the old tasks go, as somebody does who has seen enough. */
  async endTerminationWait(deploymentId: string): Promise<void> {
    await until(`the termination wait of ${deploymentId}`, async () =>
      this.#codedeploy.send(new ContinueDeploymentCommand({ deploymentId, deploymentWaitType: "TERMINATION_WAIT" })).then(
        () => true,
        (error: unknown) => {
          if ((error as Error).name === "DeploymentIsNotInReadyStateException") return undefined;
          // It went wrong before: its outcome says how.
          if ((error as Error).name === "DeploymentAlreadyCompletedException") return true;
          throw error;
        },
      ));
  }

  async outcome(deploymentId: string | undefined): Promise<DeploymentInfo> {
    return until(`the end of ${String(deploymentId)}`, async () => {
      const info = await this.info(deploymentId);
      return ["Succeeded", "Failed", "Stopped"].includes(info.status ?? "") ? info : undefined;
    }, releaseMs);
  }
}
