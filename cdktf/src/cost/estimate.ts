import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isTrue, resourcesOf, textOf, textsOf } from "../rules/read-body.ts";
import type { StackDocument } from "../rules/stack-document.ts";

const tableSchema = z.object({ region: z.string(), currency: z.string(), read: z.string(), prices: z.record(z.string(), z.object({ usd: z.number(), source: z.string() })), notPriced: z.array(z.string()) });
export type PriceTable = z.infer<typeof tableSchema>;

export const readPrices = (): PriceTable => tableSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, "prices.json"), "utf8")));

/** AWS reckons a month with so many hours. */
const hoursAMonth = 730;

export interface CostLine {
  readonly what: string;
  /** Undefined where the table has no price for it. */
  readonly usdAMonth: number | undefined;
}

export interface TaskSize {
  readonly vcpus: number;
  readonly gigabytes: number;
}

/** What an environment's stack costs a month by itself, without any traffic. */
export function estimate(stack: StackDocument, task: TaskSize, { prices }: PriceTable): CostLine[] {
  const hourly = (what: string, count: number, price: string): CostLine[] => (count === 0 ? [] : [{ what: `${what}${count === 1 ? "" : ` × ${String(count)}`}`, usdAMonth: times(prices[price]?.usd, count * hoursAMonth) }]);
  const tasks = resourcesOf(stack, "aws_ecs_service").reduce((sum, { body }) => sum + Number(textOf(body, "desired_count") ?? 1), 0);
  const endpoints = resourcesOf(stack, "aws_vpc_endpoint").filter(({ body }) => textOf(body, "vpc_endpoint_type") === "Interface").reduce((sum, { body }) => sum + textsOf(body, "subnet_ids").length, 0);
  const perTask = times(prices["fargate-vcpu-hour"]?.usd, task.vcpus * hoursAMonth);
  const perMemory = times(prices["fargate-gb-hour"]?.usd, task.gigabytes * hoursAMonth);
  return [
    { what: `Fargate tasks × ${String(tasks)}, ${String(task.vcpus)} vCPU and ${String(task.gigabytes)} GB each`, usdAMonth: perTask === undefined || perMemory === undefined ? undefined : tasks * (perTask + perMemory) },
    ...hourly("load balancer", resourcesOf(stack, "aws_lb").length, "load-balancer-hour"),
    ...hourly("NAT gateway", resourcesOf(stack, "aws_nat_gateway").length, "nat-gateway-hour"),
    ...hourly("interface endpoint in a zone", endpoints, "interface-endpoint-zone-hour"),
    ...resourcesOf(stack, "aws_db_instance").flatMap(({ body }) => {
      const copies = isTrue(body, "multi_az") ? 2 : 1;
      const type = textOf(body, "instance_class") ?? "";
      return [...hourly(`database ${type}`, copies, `${type}-hour`), { what: `database storage, ${textOf(body, "allocated_storage") ?? "?"} GB${copies === 2 ? " × 2" : ""}`, usdAMonth: times(prices["rds-gp3-gb-month"]?.usd, copies * Number(textOf(body, "allocated_storage"))) }];
    }),
    ...resourcesOf(stack, "aws_instance").flatMap(({ body }) => hourly(`monitoring host ${textOf(body, "instance_type") ?? ""}`, 1, `${textOf(body, "instance_type") ?? ""}-hour`)),
  ];
}

export const totalOf = (lines: readonly CostLine[]): number => lines.reduce((sum, { usdAMonth = 0 }) => sum + usdAMonth, 0);

const times = (price: number | undefined, count: number): number | undefined => (price === undefined ? undefined : price * count);
