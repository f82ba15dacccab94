import { partitionOf } from "../partition.ts";
import { imagePlaceholder, repositoryOf, type AwsNames, type ReleaseSettings } from "../release-settings.ts";
import type { PlaceholderValue, PlaceholderValues } from "./placeholders.ts";

export interface TemplateInputs {
  readonly project: string;
  readonly names: AwsNames;
  readonly settings: ReleaseSettings;
  readonly account: string;
  readonly region: string;
  readonly commit: string;
  /** The services of gitops.json. */
  readonly services: readonly string[];
  /** Service -> image by digest; absent where none is known yet. */
  readonly images: Readonly<Record<string, string | undefined>>;
  /** Placeholder -> ARN of the secret; undefined where it was not found. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
}

/** Everything that a template may have in it, and what goes there. */
export function templateValues(inputs: TemplateInputs): PlaceholderValues {
  const { project, names, settings, account, region, commit, services, images, secrets } = inputs;
  const role = (name: string): string => `arn:${partitionOf(region)}:iam::${account}:role/${name}`;
  const given = (value: string): PlaceholderValue => ({ value, from: "the pipeline", needed: false });
  return new Map<string, PlaceholderValue>([
    ["EXECUTION_ROLE_ARN", given(role(names.executionRole))],
    ["TASK_ROLE_ARN", given(role(names.taskRole))],
    ["AWS_REGION", given(region)],
    ["AWS_ACCOUNT", given(account)],
    ["FAMILY", given(names.family)],
    ["TASK_FAMILY", given(names.family)],
    ["COMMIT", given(commit)],
    ...services.map((service): [string, PlaceholderValue] => [imagePlaceholder(service), { value: images[service], from: `services.${service} in gitops.json: no image of this commit is in ${repositoryOf(project, settings, service)}`, needed: true }]),
    ...Object.entries(settings.secrets).map(([key, name]): [string, PlaceholderValue] => [key, { value: secrets[key], from: `release.secrets.${key} in gitops.json: Secrets Manager has no secret ${name} that may be seen`, needed: true }]),
    ...Object.entries(settings.values).map(([key, value]): [string, PlaceholderValue] => [key, { value, from: `release.values.${key} in gitops.json`, needed: true }]),
  ]);
}
