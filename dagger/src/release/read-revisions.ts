import type { AwsClients } from "./aws/clients.ts";
import { failureOf, releaseErrorOf } from "./aws/errors.ts";
import type { TaskDefinitionBody } from "./have.ts";
import { revisionTags } from "./make-plan.ts";
import { taskDefinitionOf } from "./observe/read-ecs.ts";

/** A revision of the task definition that was deployed once. */
export interface Revision {
  readonly arn: string;
  readonly commit: string | undefined;
  readonly by: string | undefined;
  /** Why it was released against the rules. */
  readonly breakGlass: string | undefined;
  /** Whether it can be deployed again. */
  readonly isActive: boolean;
  readonly body: TaskDefinitionBody;
}

/** Those that there are. Throws ReleaseError. */
export async function readRevisions(clients: AwsClients, arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Revision>> {
  const found = await Promise.all([...new Set(arns)].map(async (arn) => readRevision(clients, arn, signal)));
  return new Map(found.flatMap((revision) => (revision === undefined ? [] : [[revision.arn, revision] as const])));
}

async function readRevision(clients: AwsClients, arn: string, signal: AbortSignal): Promise<Revision | undefined> {
  const [ecs, { DescribeTaskDefinitionCommand }] = await Promise.all([clients.ecs(), import("@aws-sdk/client-ecs")]);
  try {
    const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ["TAGS"] }), { abortSignal: signal });
    const { body, tags } = taskDefinitionOf(answer);
    return { arn, commit: tags[revisionTags.commit], by: tags[revisionTags.by], breakGlass: tags[revisionTags.breakGlass], isActive: answer.taskDefinition?.status !== "INACTIVE", body };
  } catch (error) {
    signal.throwIfAborted();
    // ECS says ClientException for one that was deleted.
    if ((error as Error).name === "ClientException" && failureOf(error) === "other") return undefined;
    throw releaseErrorOf(error, { target: clients.target, action: "ecs:DescribeTaskDefinition", state: "Nothing was changed." });
  }
}
