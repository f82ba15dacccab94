import { z } from "zod";
import type { PromqlCheck } from "./analysis-schema.ts";
import type { Reading } from "./judge-value.ts";
import { answerTimeoutMs, beginningOf, whyNoAnswer, type Measuring } from "./surroundings.ts";

/** What Prometheus answers to one query. Source: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const pair = z.tuple([z.number(), z.string()]);
const answerSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    data: z.discriminatedUnion("resultType", [
      z.object({ resultType: z.literal("scalar"), result: pair }),
      z.object({ resultType: z.literal("vector"), result: z.array(z.object({ value: pair })) }),
      z.object({ resultType: z.enum(["matrix", "string"]) }),
    ]),
  }),
  z.object({ status: z.literal("error"), errorType: z.string().default("error"), error: z.string().default("") }),
]);

/** Longest answer, bytes: one value is a line. */
const longestAnswer = 256 * 1024;

export type Answered = { readonly value: number } | { readonly nothing: string };

/** The one value of an answer; or why there is none. */
export function valueOf(text: string): Answered {
  const answer = answerSchema.safeParse(parsed(text));
  if (!answer.success) return { nothing: "what answers is not Prometheus" };
  if (answer.data.status === "error") return { nothing: `${answer.data.errorType}: ${answer.data.error.replaceAll(/\s+/g, " ").slice(0, 200)}` };
  const { data } = answer.data;
  if (data.resultType === "scalar") return numberOf(data.result[1]);
  if (data.resultType !== "vector") return { nothing: `the query gives a ${data.resultType}, and not one value` };
  const [first, ...more] = data.result;
  if (first === undefined) return { nothing: "there is no data" };
  return more.length === 0 ? numberOf(first.value[1]) : { nothing: `the query gives ${String(data.result.length)} values, and not one` };
}

/** `NaN` is what a share of nothing is. */
function numberOf(text: string): Answered {
  const value = Number(text);
  return Number.isFinite(value) ? { value } : { nothing: `the query gives ${text}` };
}

/** A value, and where the check compares, the other one. Never throws: no answer is nothing learned. */
export async function askPrometheus(check: PromqlCheck, address: string, fillIn: Readonly<Record<string, string>>, measuring: Measuring): Promise<Reading | { readonly nothing: string }> {
  const [value, baseline] = await Promise.all([ask(check.query, address, fillIn, measuring), check.baseline === undefined ? undefined : ask(check.baseline, address, fillIn, measuring)]);
  if ("nothing" in value) return value;
  if (baseline === undefined) return value;
  return "nothing" in baseline ? { nothing: `${baseline.nothing} (what it is compared with)` } : { value: value.value, baseline: baseline.value };
}

async function ask(query: string, address: string, fillIn: Readonly<Record<string, string>>, { signal, surroundings }: Measuring): Promise<Answered> {
  const url = new URL(`${address.replace(/\/+$/, "")}/api/v1/query`);
  url.searchParams.set("query", Object.entries(fillIn).reduce((text, [name, value]) => text.replaceAll(`__${name}__`, value), query));
  const { prometheusToken: token } = surroundings;
  try {
    const answer = await surroundings.send(url, { redirect: "manual", signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]), headers: { accept: "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
    const text = await beginningOf(answer, longestAnswer);
    // A refused query has a status of 4xx, and its reason in the body.
    const read = valueOf(text);
    if (answer.ok || ("nothing" in read && parsed(text) !== undefined)) return read;
    return { nothing: `Prometheus answers ${String(answer.status)}` };
  } catch (error) {
    return { nothing: `Prometheus: ${whyNoAnswer(error).text}` };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
