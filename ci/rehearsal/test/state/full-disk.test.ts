import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { execa } from "execa";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { blobStore, BlobStore } from "../../src/registry/blob-store.ts";
import { StateFolder } from "../../src/state/state-folder.ts";
import { rehearsal as commandLine } from "../command-line/process.ts";
import { clientSettings, startMs } from "../support/rehearsal.ts";

/** A disk of half a megabyte; undefined where this user may not mount one. */
async function smallDisk(): Promise<{ readonly folder: string; readonly free: () => Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-disk-"));
  const { exitCode } = await execa("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], { reject: false });
  const free = async (): Promise<void> => {
    if (exitCode === 0) await execa("umount", ["--lazy", folder], { reject: false });
    await rm(folder, { recursive: true, force: true });
  };
  if (exitCode === 0) return { folder, free };
  await free();
  return undefined;
}

const trial = await smallDisk();
await trial?.free();

async function disk(): Promise<string> {
  const made = await smallDisk();
  if (made === undefined) throw new Error("it could be mounted a moment ago");
  onTestFinished(made.free);
  return made.folder;
}

/** Takes all the space that is left; the way to give it back. */
async function fill(folder: string): Promise<() => Promise<void>> {
  const filler = join(folder, "filler");
  await writeFile(filler, Buffer.alloc(1024 * 1024)).catch(() => undefined);
  return async () => rm(filler);
}

async function start(folder: string): Promise<AwsRehearsal> {
  const prepare = (parts: AwsRehearsal["parts"]): void => { parts.provide(blobStore, new BlobStore(join(folder, "blobs"))); };
  const rehearsal = await new AwsRehearsal({ clock: new VirtualClock(startMs), state: new StateFolder(folder), prepare }).start();
  onTestFinished(async () => rehearsal.stop());
  return rehearsal;
}

describe.skipIf(trial === undefined)(`on a disk that is really full${trial === undefined ? " (not run: only root can mount one)" : ""}`, () => {
  it("calls are answered, and what could not be saved is saved once there is room", async () => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => { said.mockRestore(); });
    const folder = await disk();
    const rehearsal = await start(folder);
    const ecr = new ECRClient(clientSettings(rehearsal));
    const makeRoom = await fill(folder);
    for (let number = 0; number < 40; number += 1) await ecr.send(new CreateRepositoryCommand({ repositoryName: `notes-${String(number)}` }));
    const defects = (): unknown[] => rehearsal.parts.timeline.since().filter(({ what }) => what === "defect").map(({ detail }) => detail["stack"]);
    await expect.poll(defects).toContainEqual(expect.stringContaining("ENOSPC"));
    expect((await ecr.send(new DescribeRepositoriesCommand({ maxResults: 100 }))).repositories).toHaveLength(40);
    await makeRoom();
    await ecr.send(new DescribeRepositoriesCommand());
    await rehearsal.stop();
    const whole = (await readFile(join(folder, "timeline.ndjson"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { readonly number: number });
    expect(whole.map(({ number }) => number)).toEqual(whole.map((_entry, index) => index + 1));
    const next = await start(folder);
    expect((await new ECRClient(clientSettings(next)).send(new DescribeRepositoriesCommand({ maxResults: 100 }))).repositories).toHaveLength(40);
  });

  it("a layer that finds no room is refused in words, keeps nothing, and is taken once there is room", async () => {
    const folder = await disk();
    const rehearsal = await start(folder);
    const ecr = new ECRClient(clientSettings(rehearsal));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "notes" }));
    const { authorizationData: [{ authorizationToken } = {}] = [] } = await ecr.send(new GetAuthorizationTokenCommand());
    const push = async (size: number): Promise<Response> => {
      const layer = new Uint8Array(size);
      const digest = `sha256:${Buffer.from(await crypto.subtle.digest("SHA-256", layer)).toString("hex")}`;
      return fetch(`${rehearsal.url}/v2/notes/blobs/uploads/?digest=${digest}`, { method: "POST", body: layer, headers: { authorization: `Basic ${authorizationToken ?? ""}` } });
    };
    const refused = await push(2 * 1024 * 1024);
    expect([refused.status, await refused.json()]).toEqual([507, { errors: [{ code: "UNKNOWN", message: expect.stringMatching(/^The disk of the rehearsal is full, and nothing of this was kept\. Make space, and push again\. \(ENOSPC/) as string, detail: null }] }]);
    expect(rehearsal.parts.timeline.since().filter(({ what }) => what === "refused")).toMatchObject([{ actor: "registry", detail: { error: "UNKNOWN" } }]);
    expect((await push(100 * 1024)).status).toBe(201);
  });

  it("none is started, and the folder is named", async () => {
    const folder = await disk();
    await fill(folder);
    expect(await commandLine("start", "--port", "0", "--state", join(folder, "state"))).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/^The state's folder \S+ cannot be written \(ENOSPC: .*\)\. Nothing was started\. Make space, or name a --state on another disk\.$/) as string });
  });
});
