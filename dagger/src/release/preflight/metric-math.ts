/** Metric math at one point in time: as much of it as alarms on errors are made of. */

/** One value; undefined where there is no data; a list for several time series. */
export type Point = number | undefined | readonly (number | undefined)[];

/** The expression, or a metric in it, is of a kind that says nothing about errors here. */
export class NotJudged extends Error {
  override name = "NotJudged";
}

export interface MathInput {
  readonly lookUp: (id: string) => Point;
  /** Values of METRICS(), or of METRICS("part of an id"). */
  readonly metrics: (part: string) => readonly (number | undefined)[];
}

const token = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z]\w*)|("[^"]*"|'[^']*')|(<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>]))/y;

/** Weakest first; operators of one line bind alike, to the left. */
const precedence: readonly (readonly string[])[] = [["OR", "||"], ["AND", "&&"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/"], ["^"]];

/** Throws NotJudged for whatever it does not know. */
export function calculate(text: string, input: MathInput): Point {
  const tokens = tokensOf(text);
  const next = (): string => {
    const found = tokens.shift();
    if (found === undefined) throw new NotJudged("it ends too early");
    return found;
  };
  const listUntil = (end: string): Point[] => {
    const items: Point[] = [];
    while (tokens[0] !== end) {
      if (items.length > 0 && next() !== ",") throw new NotJudged("a comma is missing");
      items.push(binary(0));
    }
    tokens.shift();
    return items;
  };
  const primary = (): Point => {
    const found = next();
    if (found === "-") return combine("-", 0, primary());
    if (found === "[") return listUntil("]").map(single);
    if (found === "(") {
      const inner = binary(0);
      if (next() !== ")") throw new NotJudged("a bracket is missing");
      return inner;
    }
    if (/^\d/.test(found)) return Number(found);
    if (!/^[A-Za-z]/.test(found)) throw new NotJudged(`${found} is not expected`);
    if (tokens[0] !== "(") return found === "REPEAT" || found === "LINEAR" ? undefined : input.lookUp(found);
    tokens.shift();
    const name = found.toUpperCase();
    if (name !== "METRICS") return call(name, listUntil(")"));
    const part = next();
    if (part === ")") return input.metrics("");
    if (next() !== ")") throw new NotJudged("a bracket is missing");
    return input.metrics(part.slice(1, -1));
  };
  const binary = (level: number): Point => {
    const operators = precedence[level];
    if (operators === undefined) return primary();
    let left = binary(level + 1);
    while (tokens[0] !== undefined && operators.includes(tokens[0].toUpperCase())) left = combine(next().toUpperCase(), left, binary(level + 1));
    return left;
  };
  const whole = binary(0);
  if (tokens.length > 0) throw new NotJudged("there is more behind its end");
  return whole;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trim();
  for (token.lastIndex = 0; token.lastIndex < trimmed.length; ) {
    const found = token.exec(trimmed);
    if (found === null) throw new NotJudged("it has characters that are not known");
    tokens.push(found[0].trim());
  }
  return tokens;
}

const truth = (value: boolean): number => (value ? 1 : 0);

/** AWS leaves out a point that is no number, such as one divided by zero. */
const operators: Readonly<Record<string, (left: number, right: number) => number | undefined>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => (right === 0 ? undefined : left / right),
  "^": (left, right) => left ** right,
  "==": (left, right) => truth(left === right),
  "!=": (left, right) => truth(left !== right),
  "<": (left, right) => truth(left < right),
  "<=": (left, right) => truth(left <= right),
  ">": (left, right) => truth(left > right),
  ">=": (left, right) => truth(left >= right),
  AND: (left, right) => truth(left !== 0 && right !== 0),
  "&&": (left, right) => truth(left !== 0 && right !== 0),
  OR: (left, right) => truth(left !== 0 || right !== 0),
  "||": (left, right) => truth(left !== 0 || right !== 0),
};

export const isSeveral = (value: Point): value is readonly (number | undefined)[] => Array.isArray(value);

function single(value: Point): number | undefined {
  if (isSeveral(value)) throw new NotJudged("it has a list where one value is wanted");
  return value;
}

/** Nothing comes of a value without data: this is why sparse metrics need FILL. */
function combine(operator: string, left: Point, right: Point): Point {
  if (isSeveral(left)) return left.map((one) => single(combine(operator, one, right)));
  if (isSeveral(right)) return right.map((one) => single(combine(operator, left, one)));
  return left === undefined || right === undefined ? undefined : operators[operator]?.(left, right);
}

const aggregates: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};
const ofEach: Readonly<Record<string, (value: number) => number>> = { ABS: Math.abs, CEIL: Math.ceil, FLOOR: Math.floor };

function call(name: string, args: readonly Point[]): Point {
  const [first, second, third] = args;
  if (name === "FILL" && args.length === 2) return isSeveral(first) ? first.map((one) => one ?? single(second)) : (first ?? single(second));
  if (name === "IF" && args.length >= 2) return single(first) === undefined ? undefined : single(first) === 0 ? third : second;
  const each = ofEach[name];
  if (each !== undefined && args.length === 1) return single(first) === undefined ? undefined : each(single(first) ?? 0);
  const over = aggregates[name];
  if (over === undefined || args.length !== 1) throw new NotJudged(`it has the function ${name}`);
  const known = (isSeveral(first) ? first : [first]).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : over(known);
}
