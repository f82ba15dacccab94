/**
 * Control characters, halves of characters, and what turns the reading direction
 * round: a terminal would obey them, XML cannot hold them, and a reader would be
 * shown something else than what is there.
 */
const unseen = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Bidi_Control}]/gu;

/** The same value with each of those replaced by a sign that can be seen. */
export function visible<Value>(value: Value): Value {
  return replace(value) as Value;
}

function replace(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(unseen, "\ufffd");
  if (Array.isArray(value)) return value.map(replace);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
  return value;
}
