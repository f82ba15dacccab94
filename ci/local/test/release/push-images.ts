import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeImagesCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import type { ContainerCli } from "../../src/container-engine/container-cli.ts";
import type { RehearsalProcess } from "./rehearsal-process.ts";

/**
 * Pushes images of the container engine into the rehearsal's registry, by the
 * engine itself: it is there on every machine that gets this far.
 */
export async function pushImages(rehearsal: RehearsalProcess, cli: ContainerCli, images: readonly { readonly reference: string; readonly repository: string; readonly tag: string }[]): Promise<string[]> {
  const ecr = new ECRClient(rehearsal.client);
  const { authorizationData: [data] = [] } = await ecr.send(new GetAuthorizationTokenCommand());
  const { host } = new URL(data?.proxyEndpoint ?? "");
  const folder = await mkdtemp(join(tmpdir(), "gitops-test-push-"));
  const file = join(folder, "config.json");
  try {
    await writeFile(file, JSON.stringify({ auths: { [host]: { auth: data?.authorizationToken } } }), { mode: 0o600 });
    const pushed: string[] = [];
    // One after the other: a layer that the last one brought is mounted by the next.
    for (const { reference, repository, tag } of images) {
      const to = `${host}/${repository}:${tag}`;
      if (cli.program === "podman") await cli.run(["push", "--quiet", "--tls-verify=false", "--authfile", file, reference, to]);
      else {
        await cli.run(["tag", reference, to]);
        await cli.run(["--config", folder, "push", "--quiet", to]);
        await cli.run(["image", "rm", to]);
      }
      const { imageDetails: [image] = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }] }));
      if (image?.imageDigest === undefined) throw new Error(`${repository}:${tag} was pushed and has no digest`);
      pushed.push(`${host}/${repository}@${image.imageDigest}`);
    }
    return pushed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The names by which tasks had them: their images stay, under the names of their builds. */
export async function forgetPushed(cli: ContainerCli, pushed: readonly string[]): Promise<void> {
  for (const image of pushed) {
    const [, repository = "", digest = ""] = /\/([^/@]+)@(sha256:.*)$/.exec(image) ?? [];
    await cli.run(["image", "rm", `rehearsal.invalid/${repository}:${digest.replace(":", "-")}`], { accept: "any" });
  }
}
