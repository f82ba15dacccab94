import type { Parts } from "../../parts.ts";

/**
 * For resources that the rehearsal ignores, so that a policy may name a key or
 * an alarm a topic: an ARN or an id of the right form, with nothing behind it.
 * Undefined for anything else; an address nobody listens at would be a lie.
 */
export function standIn(type: string, name: string, attribute: string, { world }: Parts): string | undefined {
  const [, service = "", ...kind] = type.split("_");
  if (attribute === "id" || attribute === "name") return name;
  return attribute === "arn" ? world.arn(service, `${kind.join("-") || "resource"}/${name}`) : undefined;
}
