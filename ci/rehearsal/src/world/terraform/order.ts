import { inOrder } from "./importers.ts";
import type { TerraformDocument } from "./read-terraform.ts";

/**
 * The order in which a stack's resources get their turn; what one refers to is
 * made before it all the same. Policies come before the service whose tasks need
 * them as soon as it is there, save those that name the service itself.
 */
export function turnsOf({ resource, data }: TerraformDocument): readonly (readonly [type: string, name: string])[] {
  const turns = inOrder(Object.keys(resource)).flatMap((type) => Object.keys(resource[type] ?? {}).map((name) => [type, name] as const));
  const namesService = ([type, name]: readonly [string, string]): boolean => /^aws_iam_(role_)?policy/.test(type) && reaches(resource[type]?.[name], "aws_ecs_service", { resource, data }, new Set());
  return [...turns.filter((turn) => !namesService(turn)), ...turns.filter(namesService)];
}

/** Whether a block refers to a resource of that type, be it by way of others. */
function reaches(block: unknown, wanted: string, document: Pick<TerraformDocument, "resource" | "data">, seen: Set<string>): boolean {
  for (const [address, isData, type = "", name = ""] of JSON.stringify(block ?? {}).matchAll(/(data\.)?\b(aws_\w+)\.([\w-]+)/g)) {
    if (type === wanted && isData === undefined) return true;
    if (seen.has(address)) continue;
    seen.add(address);
    if (reaches((isData === undefined ? document.resource : document.data)[type]?.[name], wanted, document, seen)) return true;
  }
  return false;
}
