import type { ECSClient } from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { AwsClients } from "../../aws/clients.ts";
import { withoutSecrets } from "../../secret-text.ts";

/** How much of the end of a container's log is worth showing. */
const lineCount = 20;
/** Longest line that is shown, characters. */
const longestLine = 500;

const containerSchema = z.object({ name: z.string(), logConfiguration: z.object({ logDriver: z.string(), options: z.record(z.string(), z.string()).default({}) }).optional() });
type LoggedContainer = z.infer<typeof containerSchema>;

/** Where each container of a task definition writes to. */
export async function readLogging(client: ECSClient, taskDefinitionArn: string, abortSignal: AbortSignal): Promise<LoggedContainer[]> {
  const { DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }), { abortSignal });
  return z.array(containerSchema).parse(taskDefinition?.containerDefinitions ?? []);
}

/** The last lines that a container of a task wrote; none where it writes to no log of CloudWatch, or wrote nothing. */
export async function readLastLines(clients: AwsClients, logging: LoggedContainer | undefined, taskArn: string, abortSignal: AbortSignal): Promise<string[]> {
  const { logDriver, options } = logging?.logConfiguration ?? {};
  const group = options?.["awslogs-group"];
  const prefix = options?.["awslogs-stream-prefix"];
  if (logging === undefined || logDriver !== "awslogs" || group === undefined || prefix === undefined) return [];
  const { GetLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const stream = `${prefix}/${logging.name}/${taskArn.split("/").at(-1) ?? ""}`;
  try {
    const { events = [] } = await (await clients.logs()).send(new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: lineCount, startFromHead: false }), { abortSignal });
    return events.map(({ message = "" }) => lineToShow(message));
  } catch (error) {
    // A container that never started has no stream.
    if ((error as Error).name !== "ResourceNotFoundException") throw error;
    return [];
  }
}

/** A program that dies may well write the address of its database, password and all. Cut only after that, or half a password remains. */
export const lineToShow = (line: string): string => withoutSecrets(line.slice(0, 8 * longestLine)).slice(0, longestLine);
