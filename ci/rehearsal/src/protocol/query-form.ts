import type { NormalizedSchema } from "@smithy/core/schema";

/**
 * The form of the query protocol, read by its schema: `Names.member.1=a`,
 * `Dimensions.entry.1.key=b`. Gives a document of plain values, and keeps what no
 * member takes, so that checkDocument can name it.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function readQueryForm(schema: NormalizedSchema, form: URLSearchParams): unknown {
  const tree = treeOf([...form].filter(([key]) => key !== "Action" && key !== "Version"));
  return schema.isUnitSchema() ? {} : valueOf(schema, tree);
}

interface Tree {
  text?: string;
  readonly children: Map<string, Tree>;
}

function treeOf(entries: readonly (readonly [string, string])[]): Tree {
  const root: Tree = { children: new Map() };
  for (const [key, text] of entries) {
    let node = root;
    for (const part of key.split(".")) {
      const child = node.children.get(part) ?? { children: new Map<string, Tree>() };
      node.children.set(part, child);
      node = child;
    }
    node.text = text;
  }
  return root;
}

function valueOf(schema: NormalizedSchema, node: Tree): unknown {
  if (schema.isStructSchema()) return structureOf(schema, node);
  if (schema.isListSchema()) {
    // An empty list is sent as `Names=`.
    const items = schema.getMergedTraits().xmlFlattened === 1 ? node : node.children.get(schema.getValueSchema().getMergedTraits().xmlName ?? "member");
    return items === undefined ? [] : numbered(items).map((item) => valueOf(schema.getValueSchema(), item));
  }
  if (schema.isMapSchema()) {
    const entries = schema.getMergedTraits().xmlFlattened === 1 ? node : node.children.get("entry");
    return Object.fromEntries(
      (entries === undefined ? [] : numbered(entries)).map((entry) => {
        const value = entry.children.get(schema.getValueSchema().getMergedTraits().xmlName ?? "value");
        return [entry.children.get(schema.getKeySchema().getMergedTraits().xmlName ?? "key")?.text ?? "", value === undefined ? "" : valueOf(schema.getValueSchema(), value)];
      }),
    );
  }
  return simple(schema, node.text ?? "");
}

function structureOf(schema: NormalizedSchema, node: Tree): unknown {
  const value: Record<string, unknown> = {};
  const taken = new Set<string>();
  for (const [member, memberSchema] of schema.structIterator()) {
    const key = memberSchema.getMergedTraits().xmlName ?? member;
    const child = node.children.get(key);
    if (child === undefined) continue;
    taken.add(key);
    value[member] = valueOf(memberSchema, child);
  }
  for (const key of node.children.keys()) if (!taken.has(key)) value[key] = node.children.get(key)?.text ?? {};
  return value;
}

const numbered = (node: Tree): Tree[] =>
  [...node.children]
    .filter(([key]) => /^\d+$/.test(key))
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(([, child]) => child);

/** What is not of its type stays as it is, to be found by checkDocument. */
function simple(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === "true" ? true : text === "false" ? false : text;
  if (schema.isNumericSchema()) return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  return text;
}
