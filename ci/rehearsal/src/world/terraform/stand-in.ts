import type { Parts } from "../../parts.ts";

/**
 * For resources that the rehearsal ignores, so that a policy may name a key or
 * an alarm a topic: an ARN or an id of the right form, with nothing behind it.
 * An address is a name that resolves nowhere and says so (RFC 2606). Undefined for anything else.
 */
export function standIn(type: string, name: string, attributes: readonly string[], { world }: Parts): string | undefined {
  const [, service = "", ...kind] = type.split("_");
  const attribute = attributes.at(-1) ?? "";
  if (attributes.length === 1 && (attribute === "id" || attribute === "name")) return name;
  // That of something else which AWS makes with it, such as a database's own secret: `master_user_secret.0.secret_arn`.
  if (attributes.length > 1) return attribute.endsWith("_arn") ? world.arn(service, [kind.join("-"), name, attributes[0]].join("/")) : undefined;
  if (attribute === "address" || attribute === "dns_name") return `${name}.rehearsal.invalid`;
  return attribute === "arn" ? world.arn(service, `${kind.join("-") || "resource"}/${name}`) : undefined;
}
