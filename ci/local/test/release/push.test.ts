import { ECRClient, CreateRepositoryCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { describe, expect, it, onTestFinished } from "vitest";
import { pushImage } from "../../../../dagger/src/release/push/push-image.ts";
import { ecrRegistry } from "../../../../dagger/src/release/push/ecr-registry.ts";
import { AwsRehearsal } from "../../../rehearsal/src/aws-rehearsal.ts";
import { operatorKey } from "../../../rehearsal/src/iam/access-keys.ts";
import { openEngine, unending, webBuild } from "../support/local-engine.ts";
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
  return { ecr, engine, context: { engine, registry, access: await registry.signIn(), timeoutMs: 120_000, signal: unending } };
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
