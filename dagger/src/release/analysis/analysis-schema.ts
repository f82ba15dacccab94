import { z } from "zod";

/** The section `release.analysis` of gitops.json: what is looked at besides CloudWatch's alarms. */

const checkName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be 1 to 40 lower-case letters, digits or hyphens");
const ofOurs = z.string().regex(/^\/(?!\/)[^\s\\]*$/, "must begin with one slash, and be a path of the application").max(500, "must be at most 500 characters");
const address = z.url({ protocol: /^https?$/, error: "must be an address such as https://notes.example.com" }).refine((url) => URL.parse(url)?.username === "" && URL.parse(url)?.password === "", "must hold no user and no password");

const answer = {
  path: ofOurs,
  status: z.number().int().min(100, "must be an HTTP status").max(599, "must be an HTTP status").optional().describe("Absent: any below 400"),
  contains: z.string().min(1, "must be a text").max(200, "must be at most 200 characters").optional().describe("Text that is in the body's first 256 KB"),
  withinMs: z.number().int().min(1, "must be from 1 to 5000").max(5_000, "must be from 1 to 5000").optional().describe("How long the answer may take"),
};
const dryRun = z.boolean().default(false).describe("Show what comes of it, and never stop a release");
const probe = z.strictObject({ name: checkName.optional().describe("The path when absent"), ...answer, dryRun: z.boolean().optional().describe("Show what comes of it, and never stop a release") });

const inconclusive = z.enum(["continue", "rollback"]).default("continue").describe("What happens when nothing could be learned until most of the termination wait is over");

const common = {
  name: checkName,
  everySeconds: z.number().int().min(5, "must be from 5 to 600").max(600, "must be from 5 to 600").default(60).describe("By the target's clock"),
  failAt: z.number().int().min(1, "must be from 1 to 20").max(20, "must be from 1 to 20").default(2).describe("It fails when so many of the last samples are bad"),
  ofLast: z.number().int().min(1, "must be from 1 to 20").max(20, "must be from 1 to 20").default(3).describe("How many samples are looked back at; those without a value do not count"),
  fromTrafficPercent: z.number().min(1, "must be from 1 to 100").max(100, "must be from 1 to 100").default(1).describe("Share of users' requests from which on it is looked at"),
  inconclusive,
  dryRun,
};
const threshold = {
  above: z.number().optional().describe("A sample is bad over it"),
  below: z.number().optional().describe("A sample is bad under it"),
};
const metric = {
  metric: z.string().min(1, "must be a metric's name").max(255, "must be at most 255 characters"),
  stat: z.string().regex(/^(Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,2})?)$/, "must be Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99").default("Average"),
  periodSeconds: z.number().int().multipleOf(60, "must be a multiple of 60").min(60, "must be from 60 to 3600").max(3600, "must be from 60 to 3600").default(60),
  whenMissing: z.number().optional().describe("Value where there were requests and no data, such as 0 for a count of errors; absent: nothing is learned"),
  atLeastRequests: z.number().int().min(0, "must be 0 or more").default(20).describe("With fewer requests in a period to each version that is looked at, nothing is learned"),
};
const margin = {
  times: z.number().positive("must be over 0").default(1.5).describe("A sample is bad where it is over so many times the other value"),
  plus: z.number().min(0, "must be 0 or more").default(0).describe("Allowed on top, so that very small values may differ"),
};

const http = z.strictObject({ kind: z.literal("http"), ...common, ...answer }).describe("Asks the production listener");
const cloudwatch = z
  .strictObject({
    kind: z.literal("cloudwatch"),
    ...common,
    ...metric,
    ...threshold,
    namespace: z.string().min(1, "must be a namespace").default("AWS/ApplicationELB"),
    dimensions: z.record(z.string(), z.string()).default({}).describe("Absent, and in AWS/ApplicationELB: those of the new version's target group"),
  })
  .describe("A metric of CloudWatch against a threshold");
const baseline = z.strictObject({ kind: z.literal("baseline"), ...common, ...metric, ...margin }).describe("A metric of the new version's target group against the same one of the version before; less is better");
const promql = z
  .strictObject({
    kind: z.literal("promql"),
    ...common,
    ...threshold,
    query: z.string().min(1, "must be a query").max(2_000, "must be at most 2000 characters").describe("Gives one value. __COMMIT__, __CANDIDATE_TARGET_GROUP__ and __CURRENT_TARGET_GROUP__ are filled in"),
    baseline: z.string().min(1, "must be a query").max(2_000, "must be at most 2000 characters").optional().describe("Query for what it is compared with, in place of a threshold; less is better"),
    ...margin,
  })
  .describe("A query of Prometheus against a threshold, or against another query");

export const analysisSchema = z
  .strictObject({
    probes: z.array(probe).max(10, "must be at most 10 checks").default([]).describe("Asked through the test listener, before any user sees a version, by the function that hooks.AfterAllowTestTraffic names"),
    metrics: z.array(z.discriminatedUnion("kind", [http, cloudwatch, baseline, promql])).max(20, "must be at most 20 checks").default([]).describe("Looked at while traffic goes over, and until the version before is taken away"),
    smoke: z
      .strictObject({
        checks: z.array(probe).max(10, "must be at most 10 checks").default([{ path: "/" }]).describe("Empty: no smoke test"),
        tries: z.number().int().min(1, "must be from 1 to 20").max(20, "must be from 1 to 20").default(5),
        everySeconds: z.number().int().min(1, "must be from 1 to 60").max(60, "must be from 1 to 60").default(10).describe("By the target's clock"),
        inconclusive,
      })
      .prefault({})
      .describe("Asked of the production listener when all traffic is on the new version, while it can still go back"),
    address: address.optional().describe("Where users find the application; the load balancer's own name when absent. Needed with a certificate"),
    prometheus: address.optional().describe("Prometheus; a token for it is in PROMETHEUS_TOKEN"),
  })
  .prefault({})
  .describe("What is looked at besides alarms, and when it sends users back");

export type AnalysisSettings = z.infer<typeof analysisSchema>;
export type MetricCheck = AnalysisSettings["metrics"][number];
export type CloudwatchCheck = Extract<MetricCheck, { kind: "cloudwatch" | "baseline" }>;
export type PromqlCheck = Extract<MetricCheck, { kind: "promql" }>;
/** What an answer has to be. */
export type HttpExpectation = Pick<AnalysisSettings["probes"][number], "path" | "status" | "contains" | "withinMs">;

/** What its parts say against each other. */
export function analysisProblems({ metrics, prometheus, probes, smoke }: AnalysisSettings, hasProbeHook: boolean): { readonly path: string[]; readonly message: string }[] {
  const names = metrics.map(({ name }) => name);
  return [
    ...(probes.length > 0 && !hasProbeHook ? [{ path: ["probes"], message: "are asked by a function, and release.hooks.AfterAllowTestTraffic names none" }] : []),
    ...metrics.flatMap((check, index) => metricProblems(check, prometheus !== undefined).map((message) => ({ path: ["metrics", String(index)], message }))),
    ...names.flatMap((name, index) => (names.indexOf(name) === index ? [] : [{ path: ["metrics", String(index), "name"], message: `is the name of another check too: ${name}` }])),
    ...Object.entries({ probes, "smoke.checks": smoke.checks }).flatMap(([path, checks]) => {
      const called = checks.map(({ name, path: asked }) => name ?? asked);
      return called.flatMap((name, index) => (called.indexOf(name) === index ? [] : [{ path: [...path.split("."), String(index)], message: `is called as another one: ${name}; give it a name` }]));
    }),
  ];
}

function metricProblems(check: MetricCheck, hasPrometheus: boolean): string[] {
  const thresholds = "above" in check || "below" in check ? [check.above, check.below].filter((value) => value !== undefined).length : 0;
  const needsThreshold = check.kind === "cloudwatch" || (check.kind === "promql" && check.baseline === undefined);
  return [
    ...(check.failAt > check.ofLast ? ["can never fail: failAt is more than ofLast"] : []),
    ...(needsThreshold && thresholds !== 1 ? ["needs one of above and below"] : []),
    ...(check.kind === "promql" && check.baseline !== undefined && thresholds > 0 ? ["is compared with a baseline, and has a threshold as well: leave one out"] : []),
    ...(check.kind === "promql" && !hasPrometheus ? ["asks Prometheus, and release.analysis.prometheus does not say where it is"] : []),
    ...(check.kind === "cloudwatch" && check.namespace !== "AWS/ApplicationELB" && Object.keys(check.dimensions).length === 0 ? ["needs dimensions: only in AWS/ApplicationELB are they known"] : []),
  ];
}
