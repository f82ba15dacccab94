import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** GitHub's own evaluator of `${{ … }}`. */

export type Value = string | number | boolean | null | { readonly [key: string]: Value | undefined };

/** Whether the steps before, or the jobs that are needed, have failed. */
export interface Status {
  readonly failed: boolean;
}

type Contexts = Readonly<Record<string, Value>>;

export function evaluate(expression: string, contexts: Contexts, status: Status): data.ExpressionData {
  const functions = new Map(
    Object.entries({ success: !status.failed, failure: status.failed, always: true, cancelled: false }).map(([name, result]) => [name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(result) }]),
  );
  const parser = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), [...functions.values()]);
  return new Evaluator(parser.parse(), dictionary(contexts), functions).evaluate();
}

/** A text with `${{ … }}` in it. */
export const fill = (text: string, contexts: Contexts, status: Status): string => text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts, status).coerceString());

/** An `if:`, where `success()` is meant unless a status is asked for. */
export function holds(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  if (condition === undefined) return !status.failed;
  const expression = /^\$\{\{(.*)\}\}$/s.exec(condition.trim())?.[1] ?? condition;
  const asksForStatus = /\b(success|failure|always|cancelled)\s*\(/.test(expression);
  if (!asksForStatus && status.failed) return false;
  return isTrue(evaluate(expression, contexts, status));
}

const isTrue = (value: data.ExpressionData): boolean => !["", "false", "0"].includes(value.coerceString());

function dictionary(values: Readonly<Record<string, Value | undefined>>): data.Dictionary {
  const pairs = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: toData(value) }]));
  return new data.Dictionary(...pairs);
}

function toData(value: Value): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  return dictionary(value);
}
