import { describe, expect, it } from "vitest";
import { analysisProblems, analysisSchema } from "../../../src/release/analysis/analysis-schema.ts";
import { readingOf } from "../../../src/release/analysis/ask-cloudwatch.ts";
import { judgeAnswer } from "../../../src/release/analysis/ask-http.ts";
import { valueOf } from "../../../src/release/analysis/ask-prometheus.ts";
import { dueMs, verdictOf, type AnalysisCheck } from "../../../src/release/analysis/check.ts";
import { judgeSamples, judgeTries, type Sample } from "../../../src/release/analysis/judge-samples.ts";
import { judgeValue } from "../../../src/release/analysis/judge-value.ts";
import type { Phase } from "../../../src/release/analysis/phase.ts";
import { whyNoAnswer } from "../../../src/release/analysis/surroundings.ts";

/** `p`, `f` and `i`, one a minute. */
const samples = (letters: string): Sample[] => Array.from(letters).map((letter, index) => ({ atMs: index * 60_000, result: letter === "p" ? "pass" : letter === "f" ? "fail" : "inconclusive", text: letter }));

describe("a window of samples", () => {
  it.each([
    ["", 2, 3, "inconclusive"],
    ["i", 2, 3, "inconclusive"],
    ["iiii", 1, 1, "inconclusive"],
    ["p", 2, 3, "pass"],
    ["f", 2, 3, "pass"],
    ["ff", 2, 3, "fail"],
    ["fpf", 2, 3, "fail"],
    ["fppf", 2, 3, "pass"],
    ["ffppp", 2, 3, "pass"],
    // One without a value neither excuses nor accuses.
    ["fif", 2, 3, "fail"],
    ["fiiif", 2, 2, "fail"],
    ["fpiip", 1, 2, "pass"],
    ["f", 1, 1, "fail"],
    ["pppff", 3, 5, "pass"],
    ["ppfff", 3, 5, "fail"],
  ])("of %o fails at %i of %i: %s", (letters, failAt, ofLast, result) => {
    expect(judgeSamples(samples(letters), { failAt, ofLast })).toBe(result);
  });

  it.each([
    ["", 5, "open"],
    ["ffff", 5, "open"],
    ["fffff", 5, "fail"],
    ["ffffp", 5, "pass"],
    ["p", 5, "pass"],
    ["iiiii", 5, "inconclusive"],
    ["iifii", 5, "fail"],
  ])("of tries %o, %i of them: %s", (letters, tries, result) => {
    expect(judgeTries(samples(letters), tries)).toBe(result);
  });
});

describe("a value", () => {
  it.each([
    [{ value: 1 }, { above: 1 }, "pass", "1 (at most 1)"],
    [{ value: 1.0001 }, { above: 1 }, "fail", "1 (at most 1)"],
    [{ value: 0.9 }, { below: 1 }, "fail", "0.9 (at least 1)"],
    [{ value: 1 }, { below: 1 }, "pass", "1 (at least 1)"],
    [{ value: 0.15, baseline: 0.1 }, { times: 1.5 }, "pass", "0.15, the version before 0.1 (at most 0.15)"],
    [{ value: 0.16, baseline: 0.1 }, { times: 1.5 }, "fail", "0.16, the version before 0.1 (at most 0.15)"],
    [{ value: 0.16, baseline: 0.1 }, { times: 1.5, plus: 0.05 }, "pass", "0.16, the version before 0.1 (at most 0.2)"],
    // Nothing before and something now: only what `plus` allows.
    [{ value: 1, baseline: 0 }, { times: 10 }, "fail", "1, the version before 0 (at most 0)"],
    [{ value: 0, baseline: 0 }, { times: 1.5 }, "pass", "0, the version before 0 (at most 0)"],
    [{ value: 1 }, {}, "inconclusive", "1, and there is no threshold"],
  ] as const)("%o against %o: %s", (reading, limit, result, text) => {
    expect(judgeValue(reading, limit)).toEqual({ result, text });
  });
});

describe("an answer", () => {
  const answer = { status: 200, body: "all notes", ms: 20 };
  it.each([
    [{}, answer, "pass"],
    [{}, { ...answer, status: 302 }, "pass"],
    [{}, { ...answer, status: 404 }, "fail"],
    [{ status: 404 }, { ...answer, status: 404 }, "pass"],
    [{ status: 200 }, { ...answer, status: 302 }, "fail"],
    [{ contains: "notes" }, answer, "pass"],
    [{ contains: "Notes" }, answer, "fail"],
    [{ withinMs: 20 }, answer, "pass"],
    [{ withinMs: 19 }, answer, "fail"],
  ])("that has to be %o and is %o: %s", async (expected, given, result) => {
    expect(judgeAnswer({ path: "/", ...expected }, given).result).toBe(result);
    // The probe of services/ has the same rule, and may import nothing of ours.
    const { judge } = (await import(new URL("../../../../services/probe/probe.mjs", import.meta.url).href)) as { readonly judge: (check: object, answer: object) => { readonly ok: boolean; readonly why: string } };
    expect(judge({ path: "/", ...expected }, given)).toEqual({ ok: result === "pass", why: judgeAnswer({ path: "/", ...expected }, given).text });
  });

  it.each([
    [Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) }), { text: "no answer (ECONNREFUSED)", isWay: true }],
    [Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("x"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }) }), { text: "no answer (ERR_TLS_CERT_ALTNAME_INVALID)", isWay: true }],
    [Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("x"), { code: "UND_ERR_SOCKET" }) }), { text: "no answer (UND_ERR_SOCKET)", isWay: false }],
    [Object.assign(new Error("x"), { name: "TimeoutError" }), { text: "no answer within 5 s", isWay: false }],
  ])("that does not come (%s) is told without an address: %o", (error, told) => {
    expect(whyNoAnswer(error)).toEqual(told);
  });
});

describe("what Prometheus says", () => {
  const success = (resultType: string, result: unknown): string => JSON.stringify({ status: "success", data: { resultType, result } });
  it.each([
    [success("scalar", [1, "0.5"]), { value: 0.5 }],
    [success("vector", [{ metric: {}, value: [1, "2"] }]), { value: 2 }],
    [success("vector", []), { nothing: "there is no data" }],
    [success("vector", [{ metric: {}, value: [1, "NaN"] }]), { nothing: "the query gives NaN" }],
    [success("vector", [{ metric: {}, value: [1, "+Inf"] }]), { nothing: "the query gives +Inf" }],
    [success("vector", [{ metric: {}, value: [1, "1"] }, { metric: {}, value: [1, "2"] }]), { nothing: "the query gives 2 values, and not one" }],
    [success("matrix", []), { nothing: "the query gives a matrix, and not one value" }],
    [JSON.stringify({ status: "error", errorType: "bad_data", error: "parse  error\nat char 3" }), { nothing: "bad_data: parse error at char 3" }],
    ["<html>", { nothing: "what answers is not Prometheus" }],
    ["{}", { nothing: "what answers is not Prometheus" }],
    ["", { nothing: "what answers is not Prometheus" }],
  ])("%s is %o", (text, read) => {
    expect(valueOf(text)).toEqual(read);
  });
});

describe("what CloudWatch says", () => {
  const minute = 60_000;
  const series = (Id: string, values: Readonly<Record<number, number>>) => ({ Id, Timestamps: Object.keys(values).map((at) => new Date(Number(at) * minute)), Values: Object.values(values) });
  const check = { periodSeconds: 60, atLeastRequests: 20, whenMissing: undefined };
  const at = (minutes: number, comparesWith = false) => ({ nowMs: minutes * minute, comparesWith });
  it.each([
    ["the newest period that is over", check, [series("candidate", { 10: 1, 11: 2, 12: 3 }), series("candidateRequests", { 10: 50, 11: 50, 12: 50 })], at(12.5), { periodMs: 11 * minute, value: 2 }],
    ["nothing yet", check, [series("candidate", {}), series("candidateRequests", {})], at(12), { nothing: "there is no data yet" }],
    ["a period that is not over", check, [series("candidate", { 12: 1 }), series("candidateRequests", { 12: 50 })], at(12.5), { nothing: "there is no data yet" }],
    ["too few requests", check, [series("candidate", { 10: 1 }), series("candidateRequests", { 10: 19 })], at(12), { nothing: "19 requests to the new version, and 20 are needed" }],
    ["requests and no errors", { ...check, whenMissing: 0 }, [series("candidate", { 9: 4 }), series("candidateRequests", { 9: 50, 10: 50 })], at(12), { periodMs: 10 * minute, value: 0 }],
    ["requests and no data", check, [series("candidate", { 9: 4 }), series("candidateRequests", { 9: 50, 10: 50 })], at(12), { nothing: "there is no data" }],
    ["both versions", check, [series("candidate", { 10: 2 }), series("candidateRequests", { 10: 50 }), series("current", { 10: 1 }), series("currentRequests", { 10: 50 })], at(12, true), { periodMs: 10 * minute, value: 2, baseline: 1 }],
    ["too few requests to the version before", check, [series("candidate", { 10: 2 }), series("candidateRequests", { 10: 50 }), series("current", { 10: 1 }), series("currentRequests", { 10: 2 })], at(12, true), { nothing: "2 requests to the version before, and 20 are needed" }],
    ["no version before that could be asked for, with a value for missing data", { ...check, whenMissing: 0 }, [series("candidate", { 10: 2 }), series("candidateRequests", { 10: 50 })], at(12, true), { nothing: "there is no data of the version before" }],
    ["a metric of one's own", { ...check, atLeastRequests: 0 }, [series("candidate", { 10: 7 })], at(12), { periodMs: 10 * minute, value: 7 }],
  ])("is read: %s", (_what, of, results, when, reading) => {
    expect(readingOf(of, results, when)).toEqual(reading);
  });
});

describe("when", () => {
  const check: AnalysisCheck = { name: "x", stage: "shift", dryRun: false, inconclusive: "continue", everyMs: 60_000, fromTrafficPercent: 30, needsBoth: false, rule: { failAt: 2, ofLast: 3 } };
  const phase: Phase = { atMs: 600_000, candidatePercent: 30, sinceMs: 0, lastCallMs: undefined, isOver: false, hasSucceeded: false };

  it.each([
    ["a metric is looked at some time after its share is reached", check, [], phase, 100_000, 160_000],
    ["a try is made at once", { ...check, rule: { tries: 5 } }, [], phase, 100_000, 100_000],
    ["again after as long", check, samples("p"), phase, 0, 60_000],
    ["not before its share is reached", check, [], phase, undefined, undefined],
    ["not with less traffic again", check, samples("p"), { ...phase, candidatePercent: 0 }, 0, undefined],
    ["not where all users are on one of two versions that are compared", { ...check, needsBoth: true }, samples("p"), { ...phase, candidatePercent: 100 }, 0, undefined],
    ["not when all is over", check, samples("p"), { ...phase, isOver: true }, 0, undefined],
  ])("%s", (_what, of, taken, now, reachedMs, due) => {
    expect(dueMs(of, taken, now, reachedMs)).toBe(due);
  });

  it.each([
    ["bad samples decide at once", "ff", phase, "fail"],
    ["good ones leave it open", "pp", phase, undefined],
    ["and pass at the last call", "pp", { ...phase, lastCallMs: 600_000 }, "pass"],
    ["nothing learned is told at the last call", "ii", { ...phase, lastCallMs: 500_000 }, "inconclusive"],
    ["the end is the last call too", "p", { ...phase, isOver: true }, "pass"],
  ])("%s", (_what, letters, now, result) => {
    expect(verdictOf(check, samples(letters), now)?.result).toBe(result);
  });
});

describe("gitops.json", () => {
  const problems = (analysis: object, hasHook = true): string[] => analysisProblems(analysisSchema.parse(analysis), hasHook).map(({ message, path }) => `${path.join(".")} ${message}`);
  const errors = { kind: "cloudwatch", name: "errors", metric: "HTTPCode_Target_5XX_Count", stat: "Sum", whenMissing: 0 };

  it.each([
    [{ probes: [{ path: "/" }] }, /^probes are asked by a function/],
    [{ metrics: [errors] }, /^metrics\.0 needs one of above and below$/],
    [{ metrics: [{ ...errors, above: 1, below: 0 }] }, /needs one of above and below/],
    [{ metrics: [{ ...errors, above: 1, failAt: 4 }] }, /can never fail/],
    [{ metrics: [{ ...errors, above: 1, namespace: "Notes" }] }, /needs dimensions/],
    [{ metrics: [{ ...errors, above: 1 }, { ...errors, above: 2 }] }, /^metrics\.1\.name is the name of another check too/],
    [{ metrics: [{ kind: "promql", name: "x", query: "x", above: 1 }] }, /does not say where it is/],
    [{ prometheus: "http://p:9090", metrics: [{ kind: "promql", name: "x", query: "x", baseline: "y", above: 1 }] }, /leave one out/],
    [{ smoke: { checks: [{ path: "/" }, { path: "/", status: 200 }] } }, /^smoke\.checks\.1 is called as another one/],
  ])("with %j says what is wrong", (analysis, message) => {
    expect(problems(analysis, false)).toEqual([expect.stringMatching(message) as string]);
  });

  it.each(["//elsewhere.example/", "/\\elsewhere.example", "notes", "/a b"])("takes no path %o, which might lead elsewhere", (path) => {
    expect(analysisSchema.safeParse({ smoke: { checks: [{ path }] } }).success).toBe(false);
  });

  it.each(["http://user:planted@p:9090", "ftp://p", "p:9090"])("takes no address %o", (prometheus) => {
    expect(analysisSchema.safeParse({ prometheus }).success).toBe(false);
  });
});
