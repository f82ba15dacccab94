import { ECSClient, RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { AwsRehearsal } from "../../../../ci/rehearsal/src/aws-rehearsal.ts";
import { VirtualClock } from "../../../../ci/rehearsal/src/clock/virtual-clock.ts";
import { operatorKey } from "../../../../ci/rehearsal/src/iam/access-keys.ts";
import { makeTaskDefinition } from "../../../src/release/task-definition/make-task-definition.ts";
import { TemplateError } from "../../../src/release/task-definition/template-finding.ts";
import { mutatedJson } from "../../support/mutated-json.ts";
import { path, shop, shopInputs } from "../fixtures/task-definition.ts";

it("whatever is done to a template, it is refused with a line for each reason, or ECS takes it", { timeout: 60_000 }, async () => {
  const rehearsal = await new AwsRehearsal({ clock: new VirtualClock(0) }).start();
  onTestFinished(async () => rehearsal.stop());
  const client = new ECSClient({ endpoint: rehearsal.url, region: "eu-west-1", credentials: operatorKey, maxAttempts: 1 });
  let [made, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(mutatedJson(JSON.stringify(shop(), null, 2)), async (text) => {
      try {
        const { body } = makeTaskDefinition({ ...shopInputs(), template: { path, text }, composeServices: ["mail"], configurations: [] });
        await client.send(new RegisterTaskDefinitionCommand(body as unknown as RegisterTaskDefinitionCommandInput));
        made += 1;
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        expect(error.findings.length).toBeGreaterThan(0);
        for (const { where, what, next } of error.findings) expect([where, what, next]).toEqual([expect.stringMatching(/^services\/task-definition\.json(:\d+)?$/), expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
        refused += 1;
      }
    }),
    { numRuns: 1500 },
  );
  expect([made > 20, refused > 20]).toEqual([true, true]);
});
