import type { AwsClients } from "../aws/clients.ts";

/** What a check may use besides AWS: handed in, so that a test, or Dagger, can give its own. */
export interface AnalysisSurroundings {
  /** `fetch`, or what stands for it. */
  readonly send: (url: URL, init: SendInit) => Promise<Response>;
  /** This machine's time, for how long an answer takes. */
  readonly machineNowMs: () => number;
  /** Where a port of the load balancer answers, where that is not its own name. */
  readonly balancerAt?: (port: number) => Promise<string | undefined>;
  /** For Prometheus; a secret. */
  readonly prometheusToken?: string;
}

export interface SendInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

export const usualSurroundings: AnalysisSurroundings = { send: async (url, init) => fetch(url, init), machineNowMs: () => performance.now() };

/** What one measurement is made with. */
export interface Measuring {
  readonly clients: AwsClients;
  readonly surroundings: AnalysisSurroundings;
  readonly signal: AbortSignal;
  /** The target's time. */
  readonly nowMs: number;
}

/** How long one answer may take, of the machine's time. */
export const answerTimeoutMs = 5_000;

/** What is wrong with the way to somebody, and not with the one that is asked. */
const wayCodes = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT"];

/** In one word or two, and never with an address, which may hold a secret. `isWay`: nobody was reached. */
export function whyNoAnswer(error: unknown): { readonly text: string; readonly isWay: boolean } {
  const { cause, name } = error instanceof Error ? error : { cause: undefined, name: "Error" };
  if (name === "TimeoutError") return { text: `no answer within ${String(answerTimeoutMs / 1000)} s`, isWay: false };
  const code = codeIn(cause) ?? codeIn(error) ?? name;
  return { text: `no answer (${code})`, isWay: wayCodes.includes(code) || /CERT|TLS|SSL|ALTNAME/.test(code) };
}

function codeIn(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeIn(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The beginning of a body: nobody needs more, and nobody says how much there is. */
export async function beginningOf(answer: Response, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    parts.push(part as Uint8Array);
    length += (part as Uint8Array).length;
    if (length >= mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes).toString("utf8");
}
