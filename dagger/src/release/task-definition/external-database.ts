import { itemsOf, memberOf, textOf, type JsonMember, type JsonNode } from "./json-node.ts";

/** The container that `release.database` is about. */
export const databaseContainer = "database";

export const nameIn = (container: JsonNode): string | undefined => textOf(memberOf(container, "name"));
export const containersOf = (root: JsonNode): readonly JsonNode[] => itemsOf(memberOf(root, "containerDefinitions"));
export const hasDatabase = (root: JsonNode): boolean => containersOf(root).some((container) => nameIn(container) === databaseContainer);

/** Variable -> where its value comes from, as `valueFrom` has it. */
type Variables = Readonly<Record<string, string>>;

/**
 * The task without its database: the container, what waits for it, and the
 * volumes that nobody else mounts are left out; `variables` come from secrets in
 * each container that has one of the name.
 */
export function withoutDatabase(root: JsonNode, variables: Variables): JsonNode {
  if (root.kind !== "object") return root;
  const kept = containersOf(root).filter((container) => nameIn(container) !== databaseContainer);
  const lost = new Set(mountedBy(containersOf(root).filter((container) => nameIn(container) === databaseContainer)));
  for (const volume of mountedBy(kept)) lost.delete(volume);
  const members = root.members.flatMap((member): JsonMember[] => {
    if (member.key === "containerDefinitions") return [withItems(member, kept.map((container) => connected(container, variables)))];
    if (member.key !== "volumes") return [member];
    return someItems(withItems(member, itemsOf(member.value).filter((volume) => !lost.has(nameIn(volume) ?? ""))));
  });
  return { ...root, members };
}

const mountedBy = (containers: readonly JsonNode[]): string[] => containers.flatMap((container) => itemsOf(memberOf(container, "mountPoints")).map((mount) => textOf(memberOf(mount, "sourceVolume")) ?? ""));

function connected(container: JsonNode, variables: Variables): JsonNode {
  if (container.kind !== "object") return container;
  const moved = [...itemsOf(memberOf(container, "environment")), ...itemsOf(memberOf(container, "secrets"))].flatMap((variable) => {
    const valueFrom = variables[nameIn(variable) ?? ""];
    return valueFrom === undefined ? [] : [fromSecret(variable, valueFrom)];
  });
  const members = container.members.flatMap((member): JsonMember[] => {
    switch (member.key) {
      case "dependsOn":
        return someItems(withItems(member, itemsOf(member.value).filter((dependency) => textOf(memberOf(dependency, "containerName")) !== databaseContainer)));
      case "volumesFrom":
        return someItems(withItems(member, itemsOf(member.value).filter((from) => textOf(memberOf(from, "sourceContainer")) !== databaseContainer)));
      case "environment":
      case "secrets":
        return someItems(withItems(member, itemsOf(member.value).filter((variable) => variables[nameIn(variable) ?? ""] === undefined)));
      default:
        return [member];
    }
  });
  return moved.length === 0 ? { ...container, members } : { ...container, members: withSecrets(members, moved) };
}

function withSecrets(members: readonly JsonMember[], moved: readonly JsonNode[]): JsonMember[] {
  if (members.some(({ key }) => key === "secrets")) return members.map((member) => (member.key === "secrets" ? withItems(member, [...itemsOf(member.value), ...moved]) : member));
  const line = moved[0]?.line ?? 1;
  return [...members, { key: "secrets", line, value: { kind: "list", line, items: moved } }];
}

function fromSecret(variable: JsonNode, valueFrom: string): JsonNode {
  const { line } = variable;
  const scalar = (value: string): JsonNode => ({ kind: "scalar", line, value });
  return { kind: "object", line, members: [{ key: "name", line, value: scalar(nameIn(variable) ?? "") }, { key: "valueFrom", line, value: scalar(valueFrom) }] };
}

const withItems = (member: JsonMember, items: readonly JsonNode[]): JsonMember => ({ ...member, value: { kind: "list", line: member.value.line, items } });
const someItems = (member: JsonMember): JsonMember[] => (itemsOf(member.value).length === 0 ? [] : [member]);
