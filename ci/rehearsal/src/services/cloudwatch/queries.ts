import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { namesIn, parseExpression } from "./expression.ts";
import { calculate } from "./math.ts";
import { seriesOf, type Periods, type Series } from "./series.ts";
import { isStatistic } from "./statistics.ts";
import type { MetricQuery } from "./state.ts";

/** Throws AWS's ValidationError for a list of queries that cannot be worked out. */
export function checkQueries(queries: readonly MetricQuery[]): void {
  const ids = new Set<string>();
  for (const { Id } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(Id)) throw invalid(`The id ${Id} has to begin with a small letter and to contain only letters, digits and underscores.`);
    if (ids.has(Id)) throw invalid(`The ids of the metrics list have to be unique: ${Id}.`);
    ids.add(Id);
  }
  for (const query of queries) checkQuery(query, ids);
  for (const { Id } of queries) checkNoCycle(Id, queries, []);
}

function checkQuery({ Id, Expression, MetricStat }: MetricQuery, ids: ReadonlySet<string>): void {
  if ((Expression === undefined) === (MetricStat === undefined)) throw invalid(`${Id} has to have either Expression or MetricStat.`);
  if (MetricStat !== undefined) {
    checkPeriod(MetricStat.Period);
    if (!isStatistic(MetricStat.Stat)) throw invalid(`${Id}: the rehearsal does not have the statistic ${MetricStat.Stat}; it has SampleCount, Average, Sum, Minimum, Maximum and percentiles.`);
  } else if (Expression !== undefined) {
    const unknown = namesOf(Id, Expression).find((name) => !ids.has(name));
    if (unknown !== undefined) throw invalid(`Error in expression '${Id}': ${unknown} is not defined.`);
  }
}

/** Seconds: 10, 20, 30, or whole minutes; 1 and 5 to be read, but not by an alarm. */
export function checkPeriod(period: number): void {
  if (![1, 5, 10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) throw invalid("Metric alarm period must be 10, 20, 30 or a multiple of 60.");
}

function namesOf(id: string, expression: string): string[] {
  try {
    return namesIn(parseExpression(expression));
  } catch (error) {
    throw asInvalid(id, error);
  }
}

function checkNoCycle(id: string, queries: readonly MetricQuery[], path: readonly string[]): void {
  if (path.includes(id)) throw invalid(`Error in expression '${id}': it refers to itself.`);
  const expression = queries.find((query) => query.Id === id)?.Expression;
  if (expression !== undefined) for (const name of namesOf(id, expression)) checkNoCycle(name, queries, [...path, id]);
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);

function asInvalid(id: string, error: unknown): unknown {
  return error instanceof SyntaxError ? invalid(`Error in expression '${id}': ${error.message}.`) : error;
}

/** One query's values in those periods; the periods of an expression are those of what it refers to. */
export function evaluateQuery(parts: Parts, id: string, queries: readonly MetricQuery[], periods: Periods): Series {
  const query = queries.find((candidate) => candidate.Id === id);
  const { MetricStat: metric, Expression: expression } = query ?? {};
  if (metric !== undefined) {
    const dimensions = Object.fromEntries((metric.Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
    return seriesOf(parts, { namespace: metric.Metric.Namespace, metricName: metric.Metric.MetricName, dimensions }, metric.Stat, periods, metric.Unit);
  }
  try {
    return calculate(parseExpression(expression ?? "0"), {
      length: periods.count,
      lookUp: (name) => evaluateQuery(parts, name, queries, periods),
      metrics: () => queries.filter(({ MetricStat }) => MetricStat !== undefined).map(({ Id }) => evaluateQuery(parts, Id, queries, periods)),
    });
  } catch (error) {
    throw asInvalid(id, error);
  }
}

/** Seconds of the period that a query has by itself or through what it refers to. */
export function periodOf(id: string, queries: readonly MetricQuery[]): number | undefined {
  const query = queries.find((candidate) => candidate.Id === id);
  if (query === undefined) return undefined;
  if (query.MetricStat !== undefined) return query.MetricStat.Period;
  if (query.Period !== undefined) return query.Period;
  const periods = namesOf(id, query.Expression ?? "0").map((name) => periodOf(name, queries)).filter((period) => period !== undefined);
  return periods.length > 0 ? Math.max(...periods) : queries.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period;
}
