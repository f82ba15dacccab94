import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import type { CloudwatchCheck } from "./analysis-schema.ts";
import type { Reading } from "./judge-value.ts";
import type { Measuring } from "./surroundings.ts";

/** The two versions' target groups, as metrics name them. */
export interface MetricTargets {
  /** `app/<name>/<id>` */
  readonly loadBalancer: string;
  /** `targetgroup/<name>/<id>` */
  readonly candidate: string;
  readonly current: string | undefined;
  /** When the new version first had traffic: what its target group has from before is of an earlier version. */
  readonly sinceMs: number;
}

/** A value with the time of its period; or why there is none. */
export type MetricReading = (Reading & { readonly periodMs: number }) | { readonly nothing: string };

const balancerNamespace = "AWS/ApplicationELB";
/** How far back a period may lie: a load balancer's metrics come some minutes late. */
const lookBackMs = 10 * 60_000;

const answerSchema = z.object({ MetricDataResults: z.array(z.object({ Id: z.string(), Timestamps: z.array(z.date()).default([]), Values: z.array(z.number()).default([]) })).default([]) });
export type MetricResults = z.infer<typeof answerSchema>["MetricDataResults"];

/** The newest whole period. Throws what the SDK throws. */
export async function askCloudwatch(check: CloudwatchCheck, targets: MetricTargets, { clients, nowMs, signal }: Measuring): Promise<MetricReading> {
  const [client, { GetMetricDataCommand }] = await Promise.all([clients.cloudwatch(), import("@aws-sdk/client-cloudwatch")]);
  const periodMs = check.periodSeconds * 1000;
  const firstMs = Math.floor(Math.max(nowMs - lookBackMs - periodMs, targets.sinceMs) / periodMs) * periodMs;
  const answer = await client.send(new GetMetricDataCommand({ StartTime: new Date(firstMs), EndTime: new Date(nowMs), ScanBy: "TimestampDescending", MetricDataQueries: queriesOf(check, targets) }), { abortSignal: signal });
  return readingOf(check, answerSchema.parse(answer).MetricDataResults, { nowMs, comparesWith: check.kind === "baseline" });
}

/** What is asked for: the value itself, that of the version before, and how many requests either had. */
function queriesOf(check: CloudwatchCheck, { candidate, current, loadBalancer }: MetricTargets): MetricDataQuery[] {
  const { metric, periodSeconds, stat } = check;
  const query = (Id: string, Namespace: string, MetricName: string, Stat: string, dimensions: Readonly<Record<string, string>>): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }, Period: periodSeconds, Stat },
  });
  if (check.kind === "cloudwatch" && Object.keys(check.dimensions).length > 0) return [query("candidate", check.namespace, metric, stat, check.dimensions)];
  const of = (targetGroup: string): Readonly<Record<string, string>> => ({ LoadBalancer: loadBalancer, TargetGroup: targetGroup });
  const both = [["candidate", candidate], ["current", check.kind === "baseline" ? current : undefined]] as const;
  return both.flatMap(([id, targetGroup]) =>
    targetGroup === undefined ? [] : [query(id, balancerNamespace, metric, stat, of(targetGroup)), query(`${id}Requests`, balancerNamespace, "RequestCount", "Sum", of(targetGroup))],
  );
}

/** Of the newest period that is over and of which anything is known. */
export function readingOf(check: Pick<CloudwatchCheck, "whenMissing" | "atLeastRequests" | "periodSeconds">, results: MetricResults, { comparesWith, nowMs }: { readonly nowMs: number; readonly comparesWith: boolean }): MetricReading {
  const series = new Map(results.map(({ Id, Timestamps, Values }) => [Id, new Map(Timestamps.map((at, index) => [at.getTime(), Values[index] ?? NaN]))]));
  const counted = series.get("candidateRequests");
  const times = [...new Set([...(series.get("candidate")?.keys() ?? []), ...(counted?.keys() ?? [])])];
  const periodMs = Math.max(...times.filter((ms) => ms + check.periodSeconds * 1000 <= nowMs));
  if (!Number.isFinite(periodMs)) return { nothing: "there is no data yet" };
  const value = series.get("candidate")?.get(periodMs) ?? check.whenMissing;
  if (value === undefined || !Number.isFinite(value)) return { nothing: "there is no data" };
  const few = fewRequests(series, periodMs, check.atLeastRequests);
  if (few !== undefined) return { nothing: few };
  if (!comparesWith) return { periodMs, value };
  // Where it is not known which group the version before has, it was not asked for: that is no missing data.
  const before = series.get("current");
  const baseline = before === undefined ? undefined : (before.get(periodMs) ?? check.whenMissing);
  return baseline === undefined ? { nothing: "there is no data of the version before" } : { periodMs, value, baseline };
}

function fewRequests(series: ReadonlyMap<string, ReadonlyMap<number, number>>, periodMs: number, least: number): string | undefined {
  for (const [id, whose] of [["candidateRequests", "the new version"], ["currentRequests", "the version before"]] as const) {
    const counts = series.get(id);
    const requests = counts?.get(periodMs) ?? 0;
    if (counts !== undefined && requests < least) return `${String(Math.round(requests))} requests to ${whose}, and ${String(least)} are needed`;
  }
  return undefined;
}
