import type { AlarmState } from "./state.ts";

/** The rule of a composite alarm. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
export type CompositeRule =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly alarm: string; readonly state: AlarmState }
  | { readonly kind: "not"; readonly rule: CompositeRule }
  | { readonly kind: "and" | "or"; readonly left: CompositeRule; readonly right: CompositeRule };

const token = /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"((?:[^"\\]|\\.)*)"|([^()"]*?))\s*\)|(\(|\)|AND\b|OR\b|NOT\b|TRUE\b|FALSE\b))/y;

type Token = string | { readonly kind: "state"; readonly alarm: string; readonly state: AlarmState };

/** Names come from names or ARNs. NOT binds before AND, AND before OR. Throws SyntaxError. */
export function parseCompositeRule(text: string): CompositeRule {
  const tokens = tokensOf(text);
  let position = 0;
  const take = (wanted: string): boolean => {
    if (tokens[position] !== wanted) return false;
    position += 1;
    return true;
  };
  const primary = (): CompositeRule => {
    const found = tokens[position];
    position += 1;
    if (found === undefined) throw new SyntaxError("it ends too early");
    if (typeof found === "object") return found;
    if (found === "NOT") return { kind: "not", rule: primary() };
    if (found === "TRUE" || found === "FALSE") return { kind: "constant", value: found === "TRUE" };
    if (found !== "(") throw new SyntaxError(`unexpected ${found}`);
    const inner = or();
    if (!take(")")) throw new SyntaxError("a bracket is not closed");
    return inner;
  };
  const and = (): CompositeRule => {
    let left = primary();
    while (take("AND")) left = { kind: "and", left, right: primary() };
    return left;
  };
  const or = (): CompositeRule => {
    let left = and();
    while (take("OR")) left = { kind: "or", left, right: and() };
    return left;
  };
  const rule = or();
  if (position < tokens.length) throw new SyntaxError("something follows its end");
  return rule;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.trimEnd().length) {
    token.lastIndex = position;
    const [whole, state, quoted, bare, word] = token.exec(text) ?? [];
    if (whole === undefined) throw new SyntaxError(`unexpected ${text.slice(position).trim().slice(0, 20)}`);
    position += whole.length;
    const alarm = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
    tokens.push(state === undefined ? (word ?? "") : { kind: "state", state: state as AlarmState, alarm: /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(alarm)?.[1] ?? alarm });
  }
  return tokens;
}

export function childrenOf(rule: CompositeRule): string[] {
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

export function isTrue(rule: CompositeRule, stateOf: (alarm: string) => AlarmState): boolean {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !isTrue(rule.rule, stateOf);
    case "and":
      return isTrue(rule.left, stateOf) && isTrue(rule.right, stateOf);
    case "or":
      return isTrue(rule.left, stateOf) || isTrue(rule.right, stateOf);
  }
}
