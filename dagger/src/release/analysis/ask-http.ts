import type { HttpExpectation } from "./analysis-schema.ts";
import type { Sample } from "./judge-samples.ts";
import { answerTimeoutMs, beginningOf, whyNoAnswer, type Measuring } from "./surroundings.ts";

/** What is looked through of a body, bytes. services/probe has the same. */
const longestBody = 256 * 1024;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

export interface HttpSample extends Pick<Sample, "result" | "text"> {
  /** Somebody has answered, whatever it was. */
  readonly isHeard: boolean;
}

/** Whether an answer is as expected, and the words for it. */
export function judgeAnswer({ contains, status, withinMs }: HttpExpectation, { body, ms, status: given }: HttpAnswer): Pick<Sample, "result" | "text"> {
  const said = `${String(given)} in ${String(ms)} ms`;
  const bad = (text: string): Pick<Sample, "result" | "text"> => ({ result: "fail", text: `${said}, and ${text}` });
  if (status === undefined ? given >= 400 : given !== status) return bad(`not ${status === undefined ? "below 400" : String(status)}`);
  if (contains !== undefined && !body.includes(contains)) return bad(`${JSON.stringify(contains)} is not in the body`);
  if (withinMs !== undefined && ms > withinMs) return bad(`not within ${String(withinMs)} ms`);
  return { result: "pass", text: said };
}

/**
 * Asks once. A redirect is an answer, and never followed: no other host is asked.
 * Nobody at all at the address teaches nothing of a version, which has a load
 * balancer before it; so does silence, where that was never heard from here.
 */
export async function askHttp(base: string, check: HttpExpectation, { signal, surroundings }: Measuring, wasHeard: boolean): Promise<HttpSample> {
  const url = new URL(check.path, base);
  if (url.origin !== new URL(base).origin) return { result: "inconclusive", text: `${check.path} is no path of the application`, isHeard: false };
  const startedMs = surroundings.machineNowMs();
  try {
    const answer = await surroundings.send(url, { redirect: "manual", signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]), headers: { "user-agent": "gitops-pipeline" } });
    const body = await beginningOf(answer, longestBody);
    return { ...judgeAnswer(check, { status: answer.status, body, ms: Math.round(surroundings.machineNowMs() - startedMs) }), isHeard: true };
  } catch (error) {
    const { isWay, text } = whyNoAnswer(error);
    return { result: isWay || !wasHeard ? "inconclusive" : "fail", text, isHeard: false };
  }
}
