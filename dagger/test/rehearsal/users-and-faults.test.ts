import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { faultSchema } from "../../../ci/rehearsal/src/faults/fault.ts";
import { putFault, rehearsedFaults } from "../../src/rehearsal/faults.ts";
import { letUsersCome } from "../../src/rehearsal/users.ts";

const closing: (() => void)[] = [];
afterEach(() => { for (const close of closing.splice(0)) close(); });

/** Answers each request with what `answer` gives, and keeps what it was asked. */
async function server(answer: (method: string) => unknown): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const listening = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => { body += String(chunk); }).on("end", () => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""} ${body}`.trim());
      response.end(JSON.stringify(answer(request.method ?? "")));
    });
  }).listen(0, "127.0.0.1");
  closing.push(() => { listening.close(); });
  await new Promise((resolve) => listening.once("listening", resolve));
  return { url: `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}`, asked };
}

it("lets users come, and tells how they fared", async () => {
  const { url, asked } = await server((method) => (method === "DELETE" ? { requests: 900, failures: 2, latencyMs: { p50: 4, p95: 8, p99: 20 }, longestGapMs: 120 } : null));
  const users = await letUsersCome(url, { requestsPerSecond: 50, paths: ["/", "/api"] });
  expect(await users.stop()).toEqual({ requests: 900, failures: 2, p50Ms: 4, p99Ms: 20, longestGapMs: 120 });
  expect(asked).toEqual(['POST / {"rate":50,"paths":["/","/api"]}', "DELETE /"]);
});

it("has no users where none are wanted, and no figures where they could not ask", async () => {
  const { url, asked } = await server(() => null);
  expect(await (await letUsersCome(url, { requestsPerSecond: 0, paths: ["/"] })).stop()).toBeUndefined();
  expect(asked).toEqual([]);
  expect(await (await letUsersCome(url, { requestsPerSecond: 1, paths: ["/"] })).stop()).toBeUndefined();
});

it("puts a fault in place, and takes the same one back", async () => {
  const { url, asked } = await server(() => ({ id: "f-1" }));
  const takeBack = await putFault("errors", url);
  await takeBack();
  expect(asked).toEqual([`POST /_rehearsal/faults ${JSON.stringify(rehearsedFaults.errors)}`, "DELETE /_rehearsal/faults/f-1"]);
});

it.each(Object.entries(rehearsedFaults))("injects %s in the rehearsal's own words", (_name, fault) => {
  expect(() => faultSchema.parse(fault)).not.toThrow();
});
