import { mapStrings, type JsonNode } from "./json-node.ts";

/** `__BACKEND_IMAGE__`, also as a part of a text. */
const placeholder = /__([A-Z0-9]+(?:_[A-Z0-9]+)*)__/g;
/** What somebody meant to be one: `__backend_image__`, `__BACKEND-IMAGE__`. */
const nearly = /__[A-Za-z0-9][A-Za-z0-9_.-]*?__/g;

/** A name that a template may have in it. */
export interface PlaceholderValue {
  /** Undefined: it is known, and there is nothing to put there. */
  readonly value: string | undefined;
  /** Where it comes from, for people: `release.secrets`. */
  readonly from: string;
  /** The template must have it: an image that is built and runs nowhere is a mistake. */
  readonly needed: boolean;
}

export type PlaceholderValues = ReadonlyMap<string, PlaceholderValue>;

export const namesIn = (text: string): string[] => [...text.matchAll(placeholder)].map(([, name = ""]) => name);

export const nearlyIn = (text: string): string[] => text.replaceAll(placeholder, "").match(nearly) ?? [];

/** Every placeholder that has a value is replaced, once: a value is not looked into. */
export const fillIn = (node: JsonNode, values: PlaceholderValues): JsonNode => mapStrings(node, (text) => text.replaceAll(placeholder, (whole, name: string) => values.get(name)?.value ?? whole));
