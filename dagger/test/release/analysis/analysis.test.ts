import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { exitCodeOf } from "../../../src/release/outcome.ts";
import { cutOff, deny } from "../support/break-calls.ts";
import { clockUnderLoad } from "../watch/under-load.ts";
import { probeCommand, probeFunction, probeHook, setUp } from "./setting.ts";

/** Releases to a rehearsal whose time is jumped over, with checks of their own. */

const noSmoke = { checks: [] };
const probes = [{ path: "/api/notes", status: 200, contains: "ok" }];
const latency = { kind: "cloudwatch", name: "latency", metric: "TargetResponseTime", stat: "p90", above: 0.02, atLeastRequests: 5 };

describe("before any user sees a version", () => {
  it("the test listener is asked, and one that answers as expected goes on", async () => {
    const { release, verdicts } = await setUp({ analysis: { probes, smoke: noSmoke }, hooks: probeCommand(probes) });
    expect(await release()).toMatchObject({ kind: "released" });
    expect(verdicts()).toEqual([expect.objectContaining({ check: "probes", stage: "probe", result: "pass", why: `/api/notes, by ${probeHook}`, stops: false })]);
  });

  it("one that answers 500 there never gets traffic", async () => {
    const { inject, release, shares, verdicts } = await setUp({ analysis: { probes, smoke: noSmoke }, hooks: probeCommand(probes) });
    inject({ kind: "responses", to: "candidate", share: 1, status: 500 });
    const outcome = await release();
    expect(outcome).toMatchObject({ errorCode: "HOOK_EXECUTION_FAILURE", candidatePercent: 0 });
    expect(exitCodeOf[outcome.kind]).toBe(1);
    expect(shares()).toEqual([]);
    expect(verdicts()).toEqual([expect.objectContaining({ check: "probes", result: "fail", why: expect.stringMatching(/said no before any user saw the version: [^]*\/api\/notes: fail: 500 in \d+ ms, and not 200/) as string })]);
  });
});

describe("the probe as a Lambda function", () => {
  it.each([
    ["says yes", probes, "released"],
    ["says no", [{ path: "/", status: 418 }], "rolled-back"],
    // A check that is not understood would be one that never fails.
    ["says no where its checks are not understood", [{ path: "/", stauts: 200 }], "rolled-back"],
  ])("%s by the API", async (_what, checks, kind) => {
    const { release } = await setUp({ analysis: { probes, smoke: noSmoke }, hooks: probeFunction(checks) });
    expect(await release()).toMatchObject({ kind });
  });
});

describe("while traffic goes over", () => {
  it("a version that is too slow from 30 % on is rolled back by our check, with no alarm", async () => {
    const setting = await setUp({ analysis: { metrics: [latency], smoke: noSmoke } });
    setting.inject({ kind: "responses", to: "candidate", share: 1, latencyMs: 40, when: { fromTrafficPercent: 30 } });
    const outcome = await setting.release({ clock: await clockUnderLoad(setting) });
    expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "MANUAL_STOP", candidatePercent: 0, rollbackId: expect.stringMatching(/^d-/) as string });
    expect(exitCodeOf[outcome.kind]).toBe(1);
    expect(outcome.summary).toMatch(/This run stopped it: check latency failed: 2 of the last 3 samples were bad, and 2 of 3 are too many: 0\.\d+ \(at most 0\.02\); 0\.\d+ \(at most 0\.02\); 0\.\d+ \(at most 0\.02\)/);
    expect(outcome.summary).not.toContain("somebody");
    expect(Math.max(...setting.shares())).toBeGreaterThanOrEqual(30);
    expect(Math.max(...setting.shares())).toBeLessThan(100);
    expect(setting.events.filter((event) => event.kind === "alarm" && event.state === "ALARM")).toEqual([]);
    expect(setting.events.find((event) => event.kind === "rollback-started")).toMatchObject({ why: expect.stringContaining("check latency failed") as string });
    // A minute's metric is one sample, however often it is asked for.
    expect(new Set(setting.samples("latency").map(({ atMs }) => Math.floor(atMs / 60_000))).size).toBe(setting.samples("latency").length);
  });

  it("a dry run shows that it fails, and the release goes on", async () => {
    const setting = await setUp({ analysis: { metrics: [{ kind: "promql", name: "errors", query: "errors", above: 0.1, dryRun: true }], prometheus: await serve((_request, response) => response.end(prometheusAnswer("0.5"))), smoke: noSmoke } });
    expect(await setting.release()).toMatchObject({ kind: "released" });
    expect(setting.verdicts()).toEqual([expect.objectContaining({ check: "errors", result: "fail", dryRun: true, stops: false })]);
  });

  it("a version that is slower than the one before is rolled back, whatever the threshold would be", async () => {
    const setting = await setUp({ analysis: { metrics: [{ kind: "baseline", name: "slower", metric: "TargetResponseTime", stat: "p90", times: 2, plus: 0.005, atLeastRequests: 5 }], smoke: noSmoke } });
    setting.inject({ kind: "responses", to: "candidate", share: 1, latencyMs: 60 });
    const outcome = await setting.release({ clock: await clockUnderLoad(setting) });
    expect(outcome).toMatchObject({ kind: "rolled-back", candidatePercent: 0 });
    expect(outcome.summary).toMatch(/check slower failed: .* the version before 0\.\d+/);
  });

  it("a Prometheus that does not answer teaches nothing, and the release ends well", async () => {
    const setting = await setUp({ analysis: { metrics: [{ kind: "promql", name: "errors", query: "errors", above: 1 }], prometheus: await nobody(), smoke: noSmoke } });
    const outcome = await setting.release();
    expect(exitCodeOf[outcome.kind]).toBe(0);
    expect(setting.verdicts()).toEqual([expect.objectContaining({ check: "errors", result: "inconclusive", stops: false, why: expect.stringMatching(/^nothing could be learned in \d+ samples; the last: Prometheus: no answer \(ECONNREFUSED\)$/) as string })]);
  });

  it("nothing learned sends users back where that is asked for, while there is a way back", async () => {
    const setting = await setUp({ analysis: { metrics: [{ kind: "promql", name: "errors", query: "errors", above: 1, inconclusive: "rollback" }], prometheus: await nobody(), smoke: noSmoke } });
    const outcome = await setting.release();
    expect(outcome).toMatchObject({ kind: "rolled-back", candidatePercent: 0 });
    expect(outcome.summary).toContain("check errors was inconclusive");
    expect(Math.max(...setting.shares())).toBe(100);
  });

  it("Prometheus is asked with its token, for the version that is released, and what it says decides", async () => {
    const asked: { readonly query: string | null; readonly authorization: string | undefined }[] = [];
    const url = await serve((request, response) => {
      asked.push({ query: new URL(request.url ?? "", "http://x").searchParams.get("query"), authorization: request.headers.authorization });
      response.end(prometheusAnswer("0.5"));
    });
    const setting = await setUp({ analysis: { metrics: [{ kind: "promql", name: "errors", query: 'errors{commit="__COMMIT__"}', above: 0.1, failAt: 1, ofLast: 1 }], prometheus: url, smoke: noSmoke } });
    const outcome = await setting.release({ surroundings: { prometheusToken: "planted-token" } });
    expect(outcome.summary).toContain("check errors failed: 1 of the last 1 sample was bad, and 1 of 1 are too many: 0.5 (at most 0.1)");
    expect(asked[0]).toEqual({ query: `errors{commit="${"a".repeat(40)}"}`, authorization: "Bearer planted-token" });
    expect(JSON.stringify(setting.events)).not.toContain("planted-token");
  });
});

describe("when all traffic is on the new version", () => {
  it("it is asked once where it answers well", async () => {
    const setting = await setUp({ analysis: { smoke: { checks: [{ path: "/", status: 200, contains: "ok" }] } } });
    expect(await setting.release()).toMatchObject({ kind: "released" });
    expect(setting.verdicts()).toEqual([expect.objectContaining({ check: "smoke /", stage: "smoke", result: "pass", why: expect.stringMatching(/^200 in \d+ ms$/) as string })]);
    expect(setting.samples("smoke /")).toHaveLength(1);
  });

  it("five bad answers send users back within the termination wait", async () => {
    const setting = await setUp({ analysis: { smoke: { checks: [{ path: "/", status: 200 }] } } });
    setting.inject({ kind: "responses", to: "candidate", share: 1, status: 503, when: { fromTrafficPercent: 100 } });
    const outcome = await setting.release();
    expect(outcome).toMatchObject({ kind: "rolled-back", errorCode: "MANUAL_STOP", candidatePercent: 0 });
    expect(outcome.summary).toMatch(/This run stopped it: check smoke \/ failed: 5 of 5 tries were bad; the last: 503 in \d+ ms, and not 200/);
    const times = setting.samples("smoke /").map(({ atMs }) => atMs);
    expect(times).toHaveLength(5);
    expect(times.slice(1).every((atMs, index) => atMs - (times[index] ?? 0) >= 10_000)).toBe(true);
  });

  it("one bad answer and a good one are enough", async () => {
    const setting = await setUp({ analysis: { smoke: { checks: [{ path: "/", status: 200 }] } } });
    setting.inject({ kind: "responses", to: "candidate", share: 1, status: 503, when: { fromTrafficPercent: 100, times: 1 } });
    expect(await setting.release()).toMatchObject({ kind: "released" });
    expect(setting.samples("smoke /").map(({ result }) => result)).toEqual(["fail", "pass"]);
  });

  it("a load balancer that cannot be reached from here teaches nothing", async () => {
    const setting = await setUp({ analysis: { smoke: { checks: [{ path: "/", status: 200 }] } } });
    expect(await setting.release({ surroundings: { balancerAt: async () => nobody() } })).toMatchObject({ kind: "released" });
    expect(setting.verdicts()).toEqual([expect.objectContaining({ result: "inconclusive", why: "nothing could be learned in 5 tries; the last: no answer (ECONNREFUSED)" })]);
  });

  it("a redirect is an answer, and no other host is asked", async () => {
    let isAsked = false;
    const elsewhere = await serve((_request, response) => {
      isAsked = true;
      response.end("ok");
    });
    const base = await serve((_request, response) => {
      response.writeHead(302, { location: elsewhere }).end();
    });
    const setting = await setUp({ analysis: { smoke: { tries: 1, checks: [{ path: "/", status: 302 }] } } });
    expect(await setting.release({ surroundings: { balancerAt: async () => Promise.resolve(base) } })).toMatchObject({ kind: "released" });
    expect(isAsked).toBe(false);
  });

  it("a stop whose answers are all lost is found out about, and its rollback is waited for", async () => {
    const setting = await setUp({ analysis: { smoke: { checks: [{ path: "/", status: 200 }] } } });
    setting.inject({ kind: "responses", to: "candidate", share: 1, status: 503, when: { fromTrafficPercent: 100 } });
    await cutOff(setting.clients, "codedeploy", "StopDeployment");
    const outcome = await setting.release();
    expect(outcome).toMatchObject({ kind: "rolled-back", candidatePercent: 0 });
    expect(outcome.summary).toContain("This run stopped it: check smoke / failed");
  });

  it("a stop that CodeDeploy refuses is tried again, and a bad version that stays is no success", async () => {
    const setting = await setUp({ analysis: { smoke: { checks: [{ path: "/", status: 200 }] } } });
    setting.inject({ kind: "responses", to: "candidate", share: 1, status: 503, when: { fromTrafficPercent: 100 } });
    await deny(setting.clients, "codedeploy", "StopDeployment", "codedeploy:StopDeployment");
    const outcome = await setting.release();
    expect(outcome).toMatchObject({ kind: "mixed", candidatePercent: 100, next: "Go back with `rollback`." });
    expect(exitCodeOf[outcome.kind]).toBe(3);
    expect(setting.events.filter((event) => event.kind === "trouble" && event.what.includes("could not be stopped")).length).toBeGreaterThan(1);
  });
});

const prometheusAnswer = (value: string): string => JSON.stringify({ status: "success", data: { resultType: "vector", result: [{ metric: {}, value: [1, value] }] } });

/** An address where nobody answers. */
async function nobody(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
