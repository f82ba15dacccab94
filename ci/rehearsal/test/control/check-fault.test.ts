import { expect, it } from "vitest";
import type { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { faults } from "../../src/faults/faults.ts";
import { createRepository } from "../../src/services/ecr/create.ts";
import { createSecret } from "../../src/services/secretsmanager/create.ts";
import { createParameter } from "../../src/services/ssm/create.ts";
import { inProcess, seedWorld } from "../deployments/seed-world.ts";
import { startRehearsal } from "../support/rehearsal.ts";

/** With a service of two subnets whose task has one container, a repository, a secret and a parameter. */
async function startSeeded(): Promise<AwsRehearsal> {
  const { rehearsal } = await startRehearsal({ prepare: inProcess });
  const { parts } = rehearsal;
  seedWorld(parts, undefined);
  createRepository(parts, { name: "notes-backend" });
  createSecret(parts, { name: "notes/database" });
  createParameter(parts, { name: "/notes/banner", type: "String" });
  return rehearsal;
}

async function inject(rehearsal: AwsRehearsal, fault: object): Promise<{ readonly status: number; readonly error?: string }> {
  const response = await fetch(`${rehearsal.url}/_rehearsal/faults`, { method: "POST", body: JSON.stringify(fault) });
  return { status: response.status, ...((await response.json()) as object) };
}

it.each<readonly [object, RegExp]>([
  [{ kind: "container-exit", to: "candidate", container: "sidecar", exitCode: 1 }, /the rehearsal has no container sidecar\. There are proxy\.$/],
  [{ kind: "zone-loss", zone: "eu-west-1c" }, /the rehearsal has no zone eu-west-1c\. There are eu-west-1a, eu-west-1b\.$/],
  [{ kind: "image-pull", image: "notes-frontend" }, /the rehearsal has no image with "notes-frontend" in its name\. There are 127\.0\.0\.1:\d+\/notes-backend, web\.$/],
  [{ kind: "image-pull", image: "" }, /the rehearsal has no image with "" in its name\./],
  [{ kind: "secret-missing", secret: "databse" }, /the rehearsal has no secret or parameter with "databse" in its name\. There are \/notes\/banner, notes\/database\.$/],
])("a fault that names what there is not is refused, and told what there is: %j", async (fault, message) => {
  const rehearsal = await startSeeded();
  expect(await inject(rehearsal, fault)).toEqual({ status: 400, error: expect.stringMatching(message) as string });
  expect(rehearsal.parts.get(faults).list()).toEqual([]);
});

it.each([
  [{ kind: "container-exit", to: "current", container: "proxy", exitCode: 1 }],
  [{ kind: "zone-loss", zone: "eu-west-1b" }],
  [{ kind: "image-pull", image: "web" }],
  [{ kind: "image-pull", image: "notes-backend" }],
  // Of a tag that a release is only to push.
  [{ kind: "image-pull", image: "notes-backend:7c5159b" }],
  [{ kind: "secret-missing", secret: "database" }],
  [{ kind: "secret-missing", secret: "/notes/banner" }],
])("a fault that names what there is, or a part of its name, is taken: %j", async (fault) => {
  expect(await inject(await startSeeded(), fault)).toMatchObject({ status: 201 });
});

it.each([
  [{ kind: "container-exit", to: "candidate", container: "proxy", exitCode: 1 }],
  [{ kind: "zone-loss", zone: "eu-west-1a" }],
  [{ kind: "image-pull", image: "web" }],
  [{ kind: "secret-missing", secret: "database" }],
])("in a world that has nothing yet it is told so: %j", async (fault) => {
  const { rehearsal } = await startRehearsal();
  expect(await inject(rehearsal, fault)).toMatchObject({ status: 400, error: expect.stringMatching(/There is none yet\.$/) as string });
});
