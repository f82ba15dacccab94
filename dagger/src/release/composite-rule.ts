/** The rule of a composite alarm: `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(c))`. */
export type CompositeRule =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly alarm: string; readonly state: string }
  | { readonly kind: "not"; readonly rule: CompositeRule }
  | { readonly kind: "and" | "or"; readonly left: CompositeRule; readonly right: CompositeRule };

const token = /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"((?:[^"\\]|\\.)*)"|([^()"]*?))\s*\)|(\(|\)|AND\b|OR\b|NOT\b|TRUE\b|FALSE\b))/y;

type Token = string | Extract<CompositeRule, { kind: "state" }>;

/** NOT binds before AND, AND before OR. Undefined for what cannot be read. */
export function parseCompositeRule(text: string): CompositeRule | undefined {
  const tokens = tokensOf(text.trim());
  if (tokens === undefined) return undefined;
  const queue = [...tokens];
  const rule = readOr(queue);
  return queue.length === 0 ? rule : undefined;
}

function readOr(queue: Token[]): CompositeRule | undefined {
  let left = readAnd(queue);
  while (left !== undefined && queue[0] === "OR") {
    queue.shift();
    const right = readAnd(queue);
    left = right === undefined ? undefined : { kind: "or", left, right };
  }
  return left;
}

function readAnd(queue: Token[]): CompositeRule | undefined {
  let left = readOne(queue);
  while (left !== undefined && queue[0] === "AND") {
    queue.shift();
    const right = readOne(queue);
    left = right === undefined ? undefined : { kind: "and", left, right };
  }
  return left;
}

function readOne(queue: Token[]): CompositeRule | undefined {
  const next = queue.shift();
  if (typeof next === "object") return next;
  if (next === "TRUE" || next === "FALSE") return { kind: "constant", value: next === "TRUE" };
  if (next === "NOT") {
    const rule = readOne(queue);
    return rule === undefined ? undefined : { kind: "not", rule };
  }
  if (next !== "(") return undefined;
  const inner = readOr(queue);
  return queue.shift() === ")" ? inner : undefined;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let position = 0; position < text.length; position = token.lastIndex) {
    token.lastIndex = position;
    const [whole, state, quoted, bare, word] = token.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const alarm = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
    tokens.push(state === undefined ? (word ?? "") : { kind: "state", state, alarm: /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(alarm)?.[1] ?? alarm });
  }
  return tokens;
}

/** Names of the alarms that it asks about. */
export function childrenOf(rule: CompositeRule): readonly string[] {
  switch (rule.kind) {
    case "constant":
      return [];
    case "state":
      return [rule.alarm];
    case "not":
      return childrenOf(rule.rule);
    case "and":
    case "or":
      return [...childrenOf(rule.left), ...childrenOf(rule.right)];
  }
}

/** Whether it is in ALARM when exactly those of its children are that `fires` says, and the others are OK. */
export function isInAlarm(rule: CompositeRule, fires: (alarm: string) => boolean): boolean {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return rule.state === (fires(rule.alarm) ? "ALARM" : "OK");
    case "not":
      return !isInAlarm(rule.rule, fires);
    case "and":
      return isInAlarm(rule.left, fires) && isInAlarm(rule.right, fires);
    case "or":
      return isInAlarm(rule.left, fires) || isInAlarm(rule.right, fires);
  }
}
