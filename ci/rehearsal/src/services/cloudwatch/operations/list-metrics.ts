import { ListMetrics$, type ListMetricsInput, type ListMetricsOutput } from "@aws-sdk/client-cloudwatch";
import { operation } from "../../service.ts";
import { page } from "../page.ts";
import { metricsSlice } from "../state.ts";

/** A metric is listed as soon as it has a datum; on AWS after some minutes. */
export const listMetrics = operation<ListMetricsInput, ListMetricsOutput>({
  schema: ListMetrics$,
  access: () => [{ action: "cloudwatch:ListMetrics", resource: "*" }],
  run({ Namespace, MetricName, Dimensions = [], NextToken, RecentlyActive }, { parts }) {
    const since = RecentlyActive === undefined ? 0 : parts.clock.now() - 3 * 3_600_000;
    const found = Object.values(parts.world.slice(metricsSlice).metrics).filter(
      ({ namespace, name, dimensions, minutes }) =>
        (Namespace ?? namespace) === namespace &&
        (MetricName ?? name) === name &&
        Dimensions.every(({ Name = "", Value }) => dimensions[Name] !== undefined && (Value ?? dimensions[Name]) === dimensions[Name]) &&
        (minutes.at(-1)?.atMs ?? 0) >= since,
    );
    const { items, next } = page(found, NextToken, 500);
    return {
      Metrics: items.map(({ namespace, name, dimensions }) => ({ Namespace: namespace, MetricName: name, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
});
