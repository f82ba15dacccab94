import type { AwsClients } from "../../../src/release/aws/clients.ts";

type Named = Exclude<keyof AwsClients, "target" | "close">;
type Send = () => Promise<unknown>;
interface Stack {
  readonly add: (middleware: (next: (args: unknown) => Promise<unknown>, context: { readonly commandName?: string }) => (args: unknown) => Promise<unknown>, options: object) => void;
}

async function around(clients: AwsClients, [client, command]: readonly [Named, string], step: "initialize" | "deserialize", work: (send: Send) => Promise<unknown>): Promise<void> {
  const { middlewareStack } = (await clients[client]()) as unknown as { readonly middlewareStack: Stack };
  middlewareStack.add((next, { commandName }) => async (args) => (commandName === `${command}Command` ? work(async () => next(args)) : next(args)), { step, priority: "high", name: `break-${command}` });
}

const reset = (): Error => Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });

/** AWS does what it is asked for, and its first answer does not arrive: the SDK tries again. */
export async function loseAnswer(clients: AwsClients, client: Named, command: string): Promise<void> {
  let isLost = false;
  await around(clients, [client, command], "deserialize", async (send) => {
    const answer = await send();
    if (isLost) return answer;
    isLost = true;
    throw reset();
  });
}

/** The call arrives where `arrives`, and its answer never does, however often the SDK tries. */
export async function cutOff(clients: AwsClients, client: Named, command: string, arrives = true): Promise<void> {
  await around(clients, [client, command], "initialize", async (send) => {
    if (arrives) await send();
    throw reset();
  });
}

/** Refuses a call as IAM does. */
export async function deny(clients: AwsClients, client: Named, command: string, action: string): Promise<void> {
  await around(clients, [client, command], "initialize", async () => Promise.reject(Object.assign(new Error(`User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: ${action} on resource: *`), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } })));
}

/** The parsed answer of a service that a rehearsal does not have. */
export async function answerWith(clients: AwsClients, client: Named, command: string, output: object): Promise<void> {
  await around(clients, [client, command], "initialize", async () => Promise.resolve({ output: { $metadata: { httpStatusCode: 200 }, ...output } }));
}

/** AWS's own error, at the last try too. */
export async function failing(clients: AwsClients, client: Named, command: string): Promise<void> {
  await around(clients, [client, command], "initialize", async () => Promise.reject(Object.assign(new Error("We are sorry"), { name: "InternalFailure", $metadata: { httpStatusCode: 500 } })));
}
