import type { Expression } from "./expression.ts";
import type { Series } from "./series.ts";

/** What an expression works with; all series are of one length. */
export interface MathContext {
  readonly length: number;
  readonly lookUp: (id: string) => Series;
  /** Every metric of the request, for METRICS(). */
  readonly metrics: () => readonly Series[];
}

type Value = number | Series | readonly Series[];

const isSeries = (value: Value): value is Series => Array.isArray(value) && !value.some((item) => Array.isArray(item));

/** The expression as one series. Throws SyntaxError for a function that is not here, or arguments that it does not take. */
export function calculate(expression: Expression, context: MathContext): Series {
  const value = valueOf(expression, context);
  if (typeof value === "number") return Array.from({ length: context.length }, () => value);
  if (!isSeries(value)) throw new SyntaxError("it gives several time series, where one is wanted");
  return value;
}

function valueOf(expression: Expression, context: MathContext): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "name":
      return context.lookUp(expression.name);
    case "list":
      return expression.items.map((item) => calculate(item, context));
    case "call":
      return call(expression.name, expression.args, context);
    case "operator": {
      const left = valueOf(expression.left, context);
      const right = valueOf(expression.right, context);
      return combine(left, right, operators[expression.operator] ?? (() => undefined), context.length);
    }
  }
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

function combine(left: Value, right: Value, what: (left: number, right: number) => number | undefined, length: number): Value {
  if (typeof left === "number" && typeof right === "number") return what(left, right) ?? Array.from({ length }, () => undefined);
  return Array.from({ length }, (_, index) => {
    const one = at(left, index);
    const other = at(right, index);
    return one === undefined || other === undefined ? undefined : what(one, other);
  });
}

function at(value: Value, index: number): number | undefined {
  if (typeof value === "number") return value;
  if (!isSeries(value)) throw new SyntaxError("an operator takes no list of time series");
  return value[index];
}

function call(name: string, args: readonly Expression[], context: MathContext): Value {
  const [first, second, third] = args;
  if (name === "METRICS" && first === undefined) return context.metrics();
  if (first === undefined) throw new SyntaxError(`${name} has no arguments`);
  if (name === "FILL" && second !== undefined) return fill(calculate(first, context), second, context);
  if (name === "IF" && second !== undefined) return choose(first, second, third, context);
  const over = aggregates[name];
  if (over === undefined) throw new SyntaxError(`the rehearsal does not have the function ${name} with ${args.length} arguments; it has ${["FILL", "IF", "METRICS", ...Object.keys(aggregates)].join(", ")}`);
  const value = valueOf(first, context);
  if (typeof value === "number") return value;
  if (isSeries(value) && first.kind !== "list" && !(first.kind === "call" && first.name === "METRICS")) return over(known(value)) ?? Array.from({ length: context.length }, () => undefined);
  const all = isSeries(value) ? [value] : value;
  return Array.from({ length: context.length }, (_, index) => over(known(all.map((series) => series[index]))));
}

const known = (values: Series): number[] => values.filter((value) => value !== undefined);

/** Over several series point by point; over a single one to a number. */
const aggregates: Readonly<Record<string, (values: readonly number[]) => number | undefined>> = {
  SUM: (values) => (values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0)),
  AVG: (values) => (values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length),
  MIN: (values) => (values.length === 0 ? undefined : Math.min(...values)),
  MAX: (values) => (values.length === 0 ? undefined : Math.max(...values)),
};

function fill(series: Series, filling: Expression, context: MathContext): Series {
  if (filling.kind === "name" && filling.name === "REPEAT") {
    let last: number | undefined;
    return series.map((value) => (last = value ?? last));
  }
  const other = calculate(filling, context);
  return series.map((value, index) => value ?? other[index]);
}

function choose(condition: Expression, then: Expression, otherwise: Expression | undefined, context: MathContext): Series {
  const yes = calculate(then, context);
  const no = otherwise === undefined ? [] : calculate(otherwise, context);
  return calculate(condition, context).map((value, index) => (value === undefined ? undefined : value !== 0 ? yes[index] : no[index]));
}
