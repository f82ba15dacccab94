import { z } from "zod";
import type { EmitRelease } from "../report/release-events.ts";
import { makeAppSpec } from "./appspec.ts";
import type { AwsClients } from "./aws/clients.ts";
import { messageOf, nameOf, releaseErrorOf } from "./aws/errors.ts";
import { createDeployment } from "./create-deployment.ts";
import type { TaskDefinitionBody } from "./have.ts";
import { keepImages, releasedTag } from "./keep-images.ts";
import type { Action, Plan } from "./plan.ts";
import { ReleaseError } from "./release-error.ts";
import type { Want } from "./want.ts";

export interface Applied {
  /** Undefined when the plan had nothing to do. */
  readonly deploymentId: string | undefined;
  /** Undefined when a running deployment is followed, or there was nothing to do. */
  readonly taskDefinitionArn: string | undefined;
}

export interface ApplyOptions {
  readonly clients: AwsClients;
  readonly emit: EmitRelease;
  readonly signal: AbortSignal;
}

/** Does what the plan says, in its order, and nothing else. Throws ReleaseError, which says what was changed before. */
export async function apply(plan: Plan, want: Pick<Want, "names" | "settings">, options: ApplyOptions): Promise<Applied> {
  let done: Applied = { deploymentId: undefined, taskDefinitionArn: undefined };
  for (const action of plan.actions) done = await act(action, done, { ...want, tag: plan.tag }, options);
  return done;
}

async function act(action: Action, done: Applied, want: Pick<Want, "names" | "settings" | "tag">, options: ApplyOptions): Promise<Applied> {
  switch (action.kind) {
    case "register-task-definition":
      return { ...done, taskDefinitionArn: await register(action, options) };
    case "use-task-definition":
      return { ...done, taskDefinitionArn: action.arn };
    case "keep-images":
      await keepImages(action.images, releasedTag(registeredOf(done.taskDefinitionArn), want.tag), { ...options, state: notUsed(registeredOf(done.taskDefinitionArn)) });
      return done;
    case "create-deployment":
      return { ...done, deploymentId: await deploy(action, done.taskDefinitionArn, want, options) };
    case "follow-deployment":
      options.emit({ kind: "deployment", deploymentId: action.deploymentId, how: "followed" });
      return { ...done, deploymentId: action.deploymentId };
  }
}

const registeredSchema = z.object({ taskDefinition: z.object({ taskDefinitionArn: z.string() }) });

async function register({ family, body, tags }: Extract<Action, { kind: "register-task-definition" }>, { clients, emit, signal }: ApplyOptions): Promise<string> {
  const [ecs, { RegisterTaskDefinitionCommand }] = await Promise.all([clients.ecs(), import("@aws-sdk/client-ecs")]);
  try {
    const answer = await ecs.send(new RegisterTaskDefinitionCommand({ ...inputOf(body), family, tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }), { abortSignal: signal });
    const { taskDefinitionArn } = registeredSchema.parse(answer).taskDefinition;
    emit({ kind: "task-definition-registered", arn: taskDefinitionArn });
    return taskDefinitionArn;
  } catch (error) {
    signal.throwIfAborted();
    const state = "Nothing was changed.";
    if (nameOf(error) === "ClientException" || nameOf(error) === "InvalidParameterException") {
      throw new ReleaseError("BAD_TEMPLATE", `ECS does not take the task definition: ${messageOf(error)} ${state}`, "Mend the template, and tell the pipeline's authors: its own check should have said so before.", error);
    }
    throw releaseErrorOf(error, { target: clients.target, action: "ecs:RegisterTaskDefinition", state });
  }
}

type RegisterInput = ConstructorParameters<typeof import("@aws-sdk/client-ecs").RegisterTaskDefinitionCommand>[0];
/** The template's JSON is in ECS's own member names, and was checked before; ECS checks it again. */
const inputOf = (body: TaskDefinitionBody): RegisterInput => body as unknown as RegisterInput;

async function deploy({ description }: Extract<Action, { kind: "create-deployment" }>, taskDefinitionArn: string | undefined, { names, settings }: Pick<Want, "names" | "settings">, options: ApplyOptions): Promise<string> {
  const arn = registeredOf(taskDefinitionArn);
  const { container, hooks, port } = settings;
  const appSpec = makeAppSpec({ taskDefinitionArn: arn, container, port, hooks });
  return createDeployment({ names, taskDefinitionArn: arn, appSpec, description, state: notUsed(arn) }, options);
}

function registeredOf(taskDefinitionArn: string | undefined): string {
  if (taskDefinitionArn === undefined) throw new Error("The plan deploys no task definition.");
  return taskDefinitionArn;
}

const notUsed = (arn: string): string => `The task definition ${arn.split("/").at(-1) ?? arn} is registered and not used; no deployment was created, and traffic is where it was.`;
