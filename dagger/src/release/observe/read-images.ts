import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import type { HaveImage, HaveImageScan } from "../have.ts";
import type { Reader } from "./reader.ts";

const repositoriesSchema = z.object({
  repositories: z.array(z.object({ repositoryName: z.string(), repositoryUri: z.string(), imageTagMutability: z.string().default("MUTABLE"), imageScanningConfiguration: z.object({ scanOnPush: z.boolean().default(false) }).prefault({}) })).default([]),
});
const imagesSchema = z.object({ imageDetails: z.array(z.object({ imageDigest: z.string(), imagePushedAt: z.date().optional() })).default([]) });

const scanSchema = z.object({
  imageScanStatus: z.object({ status: z.string() }),
  imageScanFindings: z.object({ findingSeverityCounts: z.record(z.string(), z.number()).default({}) }).prefault({}),
});

/** Of each service's repository: what it is, and what it has under the wanted tag. */
export async function readImages(clients: AwsClients, repositories: Readonly<Record<string, string>>, tag: string, reader: Reader): Promise<Readonly<Record<string, HaveImage>>> {
  const services = Object.entries(repositories);
  if (services.length === 0) return {};
  const [described, images] = await Promise.all([readRepositories(clients, services, reader), Promise.all(services.map(async ([service, repository]) => readImage(clients, { service, repository, tag }, reader)))]);
  const isScanned = (repository: string): boolean => described.some(({ repositoryName, imageScanningConfiguration }) => repositoryName === repository && imageScanningConfiguration.scanOnPush);
  const scans = await Promise.all(services.map(async ([service, repository], index) => {
    const digest = images[index]?.imageDigest;
    return digest === undefined || !isScanned(repository) ? undefined : readScan(clients, { service, repository, digest }, reader);
  }));
  return Object.fromEntries(
    services.map(([service, repository], index): [string, HaveImage] => {
      const found = described.find(({ repositoryName }) => repositoryName === repository);
      const image = images[index];
      return [
        service,
        {
          repository,
          repositoryUri: found?.repositoryUri,
          immutable: found?.imageTagMutability.startsWith("IMMUTABLE") ?? false,
          scanOnPush: found?.imageScanningConfiguration.scanOnPush ?? false,
          digest: image?.imageDigest,
          pushedAtMs: image?.imagePushedAt?.getTime(),
          scan: scans[index],
        },
      ];
    }),
  );
}

type Repositories = z.infer<typeof repositoriesSchema>["repositories"];

/** In one call; ECR answers for none of them when one is not there, and then each is asked for. */
async function readRepositories(clients: AwsClients, services: readonly (readonly [string, string])[], reader: Reader): Promise<Repositories> {
  const ask = async (part: string, names: readonly string[]): Promise<Repositories | undefined> =>
    reader.read(
      { part, action: "ecr:DescribeRepositories", absentWhen: ["RepositoryNotFoundException"] },
      async () => {
        const [ecr, { DescribeRepositoriesCommand }] = await Promise.all([clients.ecr(), import("@aws-sdk/client-ecr")]);
        return repositoriesSchema.parse(await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [...names] }), reader.options)).repositories;
      },
      undefined,
    );
  const all = await ask("repositories", [...new Set(services.map(([, name]) => name))]);
  if (all !== undefined || reader.unread.some(({ part }) => part === "repositories")) return all ?? [];
  return (await Promise.all(services.map(async ([service, name]) => ask(`repositories.${service}`, [name])))).flatMap((found) => found ?? []);
}

async function readImage(clients: AwsClients, { service, repository, tag }: { readonly service: string; readonly repository: string; readonly tag: string }, reader: Reader): Promise<z.infer<typeof imagesSchema>["imageDetails"][number] | undefined> {
  return reader.read(
    { part: `images.${service}`, action: "ecr:DescribeImages", absentWhen: ["ImageNotFoundException", "RepositoryNotFoundException"] },
    async () => {
      const [ecr, { DescribeImagesCommand }] = await Promise.all([clients.ecr(), import("@aws-sdk/client-ecr")]);
      return imagesSchema.parse(await ecr.send(new DescribeImagesCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }] }), reader.options)).imageDetails[0];
    },
    undefined,
  );
}

/** The counts only: the findings themselves are in ECR. */
async function readScan(clients: AwsClients, { service, repository, digest }: { readonly service: string; readonly repository: string; readonly digest: string }, reader: Reader): Promise<HaveImageScan | undefined> {
  const none: HaveImageScan = { status: "none", counts: {} };
  const read = await reader.read(
    { part: `scans.${service}`, action: "ecr:DescribeImageScanFindings", absentWhen: ["ScanNotFoundException"] },
    async (): Promise<HaveImageScan> => {
      const [ecr, { DescribeImageScanFindingsCommand }] = await Promise.all([clients.ecr(), import("@aws-sdk/client-ecr")]);
      const { imageScanStatus, imageScanFindings } = scanSchema.parse(await ecr.send(new DescribeImageScanFindingsCommand({ repositoryName: repository, imageId: { imageDigest: digest }, maxResults: 1 }), reader.options));
      return { status: imageScanStatus.status, counts: imageScanFindings.findingSeverityCounts };
    },
    none,
  );
  return reader.unread.some(({ part }) => part === `scans.${service}`) ? undefined : read;
}
