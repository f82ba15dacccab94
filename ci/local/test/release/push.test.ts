import { ECRClient, CreateRepositoryCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { parseConfig } from "../../../../dagger/src/config.ts";
import type { Engine } from "../../../../dagger/src/engine/engine.ts";
import { adoptingEngine } from "../../../../dagger/src/images/adopting-engine.ts";
import { releaseBuild } from "../../../../dagger/src/images/service-build.ts";
import { awsClients } from "../../../../dagger/src/release/aws/clients.ts";
import { pushImages } from "../../../../dagger/src/release/push/push-images.ts";
import { registeredImages } from "../../../../dagger/src/release/push/registered-images.ts";
import { describe, expect, it, onTestFinished } from "vitest";
import { pushImage } from "../../../../dagger/src/release/push/push-image.ts";
import { ecrRegistry } from "../../../../dagger/src/release/push/ecr-registry.ts";
import { AwsRehearsal } from "../../../rehearsal/src/aws-rehearsal.ts";
import { operatorKey } from "../../../rehearsal/src/iam/access-keys.ts";
import { openEngine, shellStep, unending, webBuild } from "../support/local-engine.ts";
import { scratchRepository } from "../support/scratch.ts";

/** A real image, the real Skopeo in its step, and the rehearsal's registry. */

const build = webBuild();
const to = { repository: "shop-web", tag: "0123456" };

async function start() {
  const rehearsal = await new AwsRehearsal().start();
  onTestFinished(async () => rehearsal.stop());
  const ecr = new ECRClient({ endpoint: rehearsal.url, region: rehearsal.parts.world.region, credentials: operatorKey, maxAttempts: 1 });
  onTestFinished(() => { ecr.destroy(); });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: to.repository, imageTagMutability: "IMMUTABLE" }));
  const { engine } = await openEngine(await scratchRepository({ "web/Dockerfile": "FROM scratch AS runtime\nCOPY hello.txt /\n", "web/hello.txt": "hello\n" }));
  const registry = ecrRegistry(ecr);
  return { rehearsal, ecr, engine, context: { engine, registry, access: await registry.signIn(), timeoutMs: 120_000, signal: unending } };
}

describe("a push to ECR", { timeout: 120_000 }, () => {
  it("puts the image there by its digest; the next run adopts it and sends nothing", async () => {
    const { ecr, engine, context } = await start();
    const built = await engine.build(build, unending);
    const pushed = await pushImage(build, built, to, context);
    expect(pushed).toMatchObject({ how: "pushed", differs: false });
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: to.repository, imageIds: [{ imageTag: to.tag }] }));
    expect(imageDetails?.map(({ imageDigest }) => imageDigest)).toEqual([pushed.digest]);
    const again = await pushImage(build, built, to, context);
    expect(again).toEqual({ ...pushed, how: "adopted" });
  });

  it("says which repository is missing", async () => {
    const { engine, context } = await start();
    const built = await engine.build(build, unending);
    await expect(pushImage(build, built, { ...to, repository: "shop-api" }, context)).rejects.toThrow(/shop-api/);
  });
});

describe("the image of a commit that another CI server has pushed", { timeout: 240_000 }, () => {
  const repository = { commit: "0123456789abcdef0123456789abcdef01234567", branch: "main", dirty: false, shallow: false, onOrigin: [] };
  const config = parseConfig(JSON.stringify({ project: "shop", services: { web: { path: "web", target: "runtime" } }, release: { container: "web", port: 8080 } }));

  /** The commit's image as somebody else has built it, in the registry; and an engine whose own build of it differs. */
  async function pushedElsewhere() {
    const { rehearsal, engine: theirs } = await start();
    const { settings, clients } = settingsAndClients(rehearsal);
    onTestFinished(() => { clients.close(); });
    const options = { config, settings, repository, clients, signal: unending, emit: () => undefined, note: () => undefined };
    const [pushed] = await pushImages({ ...options, engine: theirs });
    const { engine: ours } = await openEngine(await scratchRepository({ "web/Dockerfile": "FROM scratch AS runtime\nCOPY hello.txt /\n", "web/hello.txt": "hello from elsewhere\n" }));
    return { pushed, ours, options };
  }
  const settingsAndClients = ({ url, parts }: AwsRehearsal) => {
    const { release: settings } = config;
    if (settings === undefined) throw new Error("no release");
    return { settings, clients: awsClients({ region: parts.world.region, endpoint: url }, "test") };
  };
  const build = () => releaseBuild("web", { config, repository });
  /** What a gate would look at. */
  const archiveOf = async (engine: Engine): Promise<string> => {
    const step = shellStep("skopeo inspect --raw docker-archive:/image.tar", { image: { kind: "named", name: "skopeo" }, files: [{ from: "image", build: build(), to: "/image.tar" }] });
    return (await engine.run(step, unending)).commands[0]?.stdout ?? "";
  };

  it("is what the gates get and what is deployed, and no other; the build of this run is reported and not sent", async () => {
    const { pushed, ours, options } = await pushedElsewhere();
    const fresh = await ours.build(build(), unending);
    expect(fresh.imageId).not.toBe(pushed?.imageId);
    const engine = adoptingEngine(ours, registeredImages(options));
    expect(await engine.build(build(), unending)).toMatchObject({ reference: pushed?.reference, imageId: pushed?.imageId, insteadOf: fresh.imageId });
    expect(await archiveOf(engine)).toContain(pushed?.imageId);
    expect(await archiveOf(ours)).toContain(fresh.imageId);
    expect(await pushImages({ ...options, engine: ours, judged: new Map([["web", pushed?.imageId ?? ""]]) })).toEqual([{ ...pushed, how: "adopted", differs: true }]);
    // It came after the gates had looked at another one.
    await expect(pushImages({ ...options, engine: ours, judged: new Map([["web", fresh.imageId]]) })).rejects.toThrow("shop-web:0123456 has another image of web than the one that the gates have judged: somebody has pushed it meanwhile. Nothing was deployed. Run again: then that image is judged, and deployed.");
  });

  it("is not looked for with changes in the tree; a registry that does not answer is said, and stops nothing", async () => {
    const rehearsal = await new AwsRehearsal().start();
    const { settings, clients } = settingsAndClients(rehearsal);
    const notes: string[] = [];
    const options = { config, settings, repository, clients, note: (text: string) => { notes.push(text); } };
    expect(await registeredImages({ ...options, repository: { ...repository, dirty: true } })).toEqual(new Map());
    expect(notes).toEqual([]);
    await rehearsal.stop();
    expect(await registeredImages(options)).toEqual(new Map());
    expect(notes.join()).toMatch(/^nobody knows whether the registry has images of 0123456 already, so those of this run are judged: .*does not answer/);
    clients.close();
  });
});
