import { DescribeServicesCommand, DescribeTaskDefinitionCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { AwsNames } from "../release-settings.ts";

/** An image that the first task definition of a service wants, by its tag. */
export interface BootstrapImage {
  /** Service of gitops.json whose repository it is in. */
  readonly service: string;
  readonly repository: string;
  readonly tag: string;
}

const servicesSchema = z.object({ services: z.array(z.object({ taskSets: z.array(z.object({ status: z.string(), taskDefinition: z.string() })).default([]) })).default([]) });
const definitionSchema = z.object({ taskDefinition: z.object({ containerDefinitions: z.array(z.object({ image: z.string() })) }) });

/**
 * The images that what runs now names by a tag of ours. Before the first release
 * somebody has to put them there: in a rehearsal that is the pipeline, for AWS
 * the runbook says how.
 */
export async function bootstrapImages(ecs: ECSClient, names: AwsNames, repositories: Readonly<Record<string, string>>): Promise<readonly BootstrapImage[]> {
  const { services } = servicesSchema.parse(await ecs.send(new DescribeServicesCommand({ cluster: names.cluster, services: [names.service] })));
  const arn = services[0]?.taskSets.find(({ status }) => status === "PRIMARY")?.taskDefinition;
  if (arn === undefined) return [];
  const { taskDefinition } = definitionSchema.parse(await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn })));
  return taskDefinition.containerDefinitions.flatMap(({ image }) => {
    const [, repository, tag] = /^[^/]+\/([^:@]+):([^:@]+)$/.exec(image) ?? [];
    const service = Object.keys(repositories).find((name) => repositories[name] === repository);
    return repository === undefined || tag === undefined || service === undefined ? [] : [{ service, repository, tag }];
  });
}
