import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CodeDeployClient, CreateDeploymentCommand, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { describe, expect, it } from "vitest";
import { releaseSchema } from "../../../../dagger/src/release/release-settings.ts";
import { rehearsalOperator } from "../../../../dagger/src/release/aws/clients.ts";
import { notesWorld, rehearsal, scratchState, withoutContainers } from "../../../rehearsal/test/command-line/process.ts";
import type { ContainerEngine } from "../../src/container-engine/engine.ts";
import { attachRehearsal, type AttachedRehearsal } from "../../src/rehearsal/attach-rehearsal.ts";
import { scratchFolder } from "../support/scratch.ts";

/** The Terraform JSON that a rehearsal was made from is changed before the next release. */

async function setUp() {
  const [state, root] = [await scratchState(), await scratchFolder()];
  await writeFile(join(root, "world.tf.json"), await readFile(notesWorld, "utf8"));
  const notes: string[] = [];
  const settings = releaseSchema.parse({ container: "proxy", port: 8080, rehearsal: { world: "world.tf.json", speed: 1 } });
  const engine = { program: "podman", cli: { env: withoutContainers } } as unknown as ContainerEngine;
  const attach = async (releases = true): Promise<AttachedRehearsal> => attachRehearsal({ root, env: withoutContainers, settings, infrastructure: undefined, state, releases, engine: async () => Promise.resolve(engine), notify: (text) => { notes.push(text); } });
  const changeWorld = async (group = "notes-teal"): Promise<void> => {
    await writeFile(join(root, "world.tf.json"), (await readFile(notesWorld, "utf8")).replaceAll("notes-green", group));
  };
  return { state, notes, attach, changeWorld };
}

const codedeploy = (endpoint: string): CodeDeployClient => new CodeDeployClient({ endpoint, region: "eu-west-1", credentials: rehearsalOperator });

/** One that waits for tasks whose images never come. */
async function deploy(endpoint: string): Promise<string> {
  const content = JSON.stringify({ version: 0, Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: "notes-task:1", LoadBalancerInfo: { ContainerName: "proxy", ContainerPort: 8080 } } } }] });
  const { deploymentId = "" } = await codedeploy(endpoint).send(new CreateDeploymentCommand({ applicationName: "notes", deploymentGroupName: "notes-dg", revision: { revisionType: "AppSpecContent", appSpecContent: { content } } }));
  return deploymentId;
}

describe("a rehearsal of another world", { timeout: 120_000 }, () => {
  it("that runs is begun anew for a release, and said so; who only looks leaves it alone", async () => {
    const { attach, changeWorld, notes, state } = await setUp();
    const first = await attach();
    expect(first.wasThere).toBe(false);
    expect(await attach()).toMatchObject({ wasThere: true, url: first.url });
    await changeWorld();
    expect(await attach(false)).toMatchObject({ wasThere: true, url: first.url });
    expect(notes).toEqual([]);
    expect(await attach()).toMatchObject({ wasThere: false });
    expect(notes.join()).toMatch(/^the rehearsal begins anew, without what was released in it: its world was made from \S+world\.tf\.json before that was changed$/);
    expect((await rehearsal("status", "--json", "--state", state)).stdout).toContain("notes-teal");
  });

  it("that is saved is begun anew, too; and refused while a deployment runs there, which goes on", async () => {
    const { attach, changeWorld, notes, state } = await setUp();
    await attach();
    await rehearsal("stop", "--state", state);
    await changeWorld();
    const { url } = await attach();
    expect(notes).toHaveLength(1);
    expect((await rehearsal("status", "--json", "--state", state)).stdout).toContain("notes-teal");

    const deploymentId = await deploy(url);
    await changeWorld("notes-amber");
    const refused = { code: "OTHER_WORLD", exitCode: 2, message: expect.stringMatching(new RegExp(`^The rehearsal cannot be gone on with, since its world was made from \\S+ before that was changed; and deployment ${deploymentId} runs there\\. Nothing was changed\\. Let it end`)) as string };
    await expect(attach()).rejects.toMatchObject(refused);
    const { deploymentInfo } = await codedeploy(url).send(new GetDeploymentCommand({ deploymentId }));
    expect(["Created", "InProgress"]).toContain(deploymentInfo?.status);
    await rehearsal("stop", "--state", state);
    await expect(attach()).rejects.toMatchObject(refused);
  });
});
