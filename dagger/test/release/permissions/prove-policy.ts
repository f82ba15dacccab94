import type { PolicyStatement } from "../../../src/release/permissions.ts";
import type { AwsClients } from "../../../src/release/aws/clients.ts";
import { startWorld, type StartedWorld, type WorldJson } from "../support/start-world.ts";

/** What a role is to be able to do. It begins in a world where nothing was released, and may let time pass. */
export type Doing = (clients: AwsClients, world: StartedWorld) => Promise<void>;

/** Does it as a role that has these statements and nothing else. */
export async function doAs(statements: readonly PolicyStatement[], doing: Doing): Promise<void> {
  const world = await startWorld({ change: (json) => { grant(json, statements); } });
  await doing(await world.clientsAs("notes-deployer"), world);
}

/** Each action with what was said when it was missing; undefined where nothing was. */
export async function withoutEach(statements: readonly PolicyStatement[], doing: Doing): Promise<Map<string, string | undefined>> {
  const said = new Map<string, string | undefined>();
  for (const action of statements.flatMap(({ actions }) => actions)) {
    const rest = statements.map((statement) => ({ ...statement, actions: statement.actions.filter((other) => other !== action) })).filter(({ actions }) => actions.length > 0);
    said.set(
      action,
      await doAs(rest, doing).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    );
  }
  return said;
}

function grant({ data }: WorldJson, statements: readonly PolicyStatement[]): void {
  const document = data["aws_iam_policy_document"]?.["deployer"];
  if (document === undefined) throw new Error("the world has no policy of the deployer");
  document["statement"] = statements.map(({ sid, actions, resources, conditions }) => ({ sid, actions, resources, ...(conditions.length === 0 ? {} : { condition: conditions }) }));
}
