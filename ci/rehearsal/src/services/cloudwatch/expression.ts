/** Metric math, as far as an error share needs it: a parser. What it means is in math.ts. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "operator"; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** Weakest first; operators of one line bind alike, to the left. */
const precedence: readonly (readonly string[])[] = [["OR", "||"], ["AND", "&&"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/"], ["^"]];

const token = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z][A-Za-z0-9_]*)|(<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>]))/y;

/** Throws SyntaxError with a sentence that names what is wrong. */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let position = 0;
  const peek = (): string | undefined => tokens[position];
  const expect = (wanted: string): void => {
    if (tokens[position] !== wanted) throw new SyntaxError(`expected ${wanted} but found ${tokens[position] ?? "the end"}`);
    position += 1;
  };
  const listUntil = (end: string): Expression[] => {
    const items: Expression[] = [];
    while (peek() !== end) {
      if (items.length > 0) expect(",");
      items.push(binary(0));
    }
    expect(end);
    return items;
  };
  const primary = (): Expression => {
    const found = tokens[position];
    if (found === undefined) throw new SyntaxError("it ends too early");
    position += 1;
    if (found === "-") return { kind: "operator", operator: "-", left: { kind: "number", value: 0 }, right: primary() };
    if (found === "[") return { kind: "list", items: listUntil("]") };
    if (found === "(") {
      const inner = binary(0);
      expect(")");
      return inner;
    }
    if (/^\d/.test(found)) return { kind: "number", value: Number(found) };
    if (!/^[A-Za-z]/.test(found)) throw new SyntaxError(`unexpected ${found}`);
    if (peek() !== "(") return { kind: "name", name: found };
    position += 1;
    return { kind: "call", name: found.toUpperCase(), args: listUntil(")") };
  };
  const binary = (level: number): Expression => {
    const operators = precedence[level];
    if (operators === undefined) return primary();
    let left = binary(level + 1);
    for (let operator = peek(); operator !== undefined && operators.includes(operator.toUpperCase()); operator = peek()) {
      position += 1;
      left = { kind: "operator", operator: operator.toUpperCase(), left, right: binary(level + 1) };
    }
    return left;
  };
  const whole = binary(0);
  if (position < tokens.length) throw new SyntaxError(`unexpected ${peek() ?? ""}`);
  return whole;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let position = 0;
  while (position < text.trimEnd().length) {
    token.lastIndex = position;
    const [whole, number, name, sign] = token.exec(text) ?? [];
    if (whole === undefined) throw new SyntaxError(`unexpected ${text.slice(position).trim().slice(0, 10)}`);
    position += whole.length;
    tokens.push(number ?? name ?? sign ?? "");
  }
  return tokens;
}

/** The ids that an expression refers to. `REPEAT` is FILL's own word. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "name":
      return expression.name === "REPEAT" ? [] : [expression.name];
    case "list":
      return expression.items.flatMap(namesIn);
    case "call":
      return expression.args.flatMap(namesIn);
    case "operator":
      return [...namesIn(expression.left), ...namesIn(expression.right)];
  }
}
