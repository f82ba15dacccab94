import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { estimate, readPrices, totalOf } from "../../src/cost/estimate.ts";
import { parseStack } from "../../src/rules/stack-document.ts";

const table = { ...readPrices(), prices: { "fargate-vcpu-hour": { usd: 0.1, source: "a test" }, "fargate-gb-hour": { usd: 0.01, source: "a test" }, "nat-gateway-hour": { usd: 0.5, source: "a test" }, "db.small-hour": { usd: 1, source: "a test" }, "rds-gp3-gb-month": { usd: 2, source: "a test" } } };

it("reckons what runs all month, twice where there are two", () => {
  const stack = parseStack("one", {
    resource: { aws_ecs_service: { a: { desired_count: 2 } }, aws_nat_gateway: { a: {}, b: {} }, aws_db_instance: { a: { instance_class: "db.small", multi_az: true, allocated_storage: 10 } } },
  });
  const lines = estimate(stack, { vcpus: 2, gigabytes: 4 }, table);
  expect(lines.map(({ usdAMonth }) => usdAMonth)).toEqual([350.4, 730, 1460, 40]);
  expect(totalOf(lines)).toBeCloseTo(350.4 + 730 + 1460 + 40);
});

it("says nothing of what has no price, instead of nought", () => {
  expect(estimate(parseStack("one", { resource: { aws_lb: { a: {} } } }), { vcpus: 1, gigabytes: 1 }, table).at(-1)).toEqual({ what: "load balancer", usdAMonth: undefined });
});

it("has a source for each price", () => {
  for (const { source, usd } of Object.values(readPrices().prices)) expect([source.length > 5, usd > 0]).toEqual([true, true]);
});

it("prints each environment, and what its choices change", () => {
  const told = execFileSync(process.execPath, [join(import.meta.dirname, "../../src/cost/main.ts")], { encoding: "utf8" });
  expect(told).toMatch(/^lab: about \d+ a month$/m);
  expect(told).toMatch(/^production: about \d+ a month$/m);
  expect(told).toMatch(/with "database": "sidecar", one task: −\d+ a month/);
  expect(told).not.toContain("?");
  // Synth refuses it for production's database; lab may have it.
  expect(told.match(/"egress": "endpoints"/g)).toHaveLength(1);
});
