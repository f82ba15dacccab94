import { isCertain, nested, resources, texts, type Stack } from "./references.ts";

/** What keeps images from being scanned when they are pushed; nothing when each is. */
export function scanOnPushProblems(stacks: readonly Stack[]): string[] {
  if (stacks.some((stack) => resources(stack, "aws_ecr_registry_scanning_configuration").some((block) => isCertain(block) && scansEverything(nested(block.body, "rule"))))) return [];
  const repositories = stacks.flatMap((stack) => resources(stack, "aws_ecr_repository"));
  if (repositories.length === 0) return ["there is no aws_ecr_repository and no aws_ecr_registry_scanning_configuration for all of them"];
  return repositories
    .filter(({ body }) => !nested(body, "image_scanning_configuration").some((configuration) => configuration["scan_on_push"] === true))
    .map(({ address }) => `${address} does not set scan_on_push to true`);
}

const scansEverything = (rules: ReturnType<typeof nested>): boolean =>
  rules.some(
    (rule) =>
      ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"].includes(texts(rule["scan_frequency"])[0] ?? "") &&
      nested(rule, "repository_filter").some((filter) => filter["filter"] === "*" && filter["filter_type"] === "WILDCARD"),
  );
