import type { ApplicationContainers } from "./application-containers.ts";

export interface Application {
  readonly containers: ApplicationContainers;
  /** Of the proxy, without a slash at its end. */
  readonly address: string;
  readonly signal: AbortSignal;
}

const requestTimeoutMs = 20_000;

/** The objection to the status of a page, if there is one: for `until`. */
export async function differs(application: Application, path: string, wanted: number): Promise<string | undefined> {
  try {
    const { status, text } = await ask(application, "GET", path);
    return status === wanted ? undefined : `${path} is ${status}: ${text.trim()}`;
  } catch (error) {
    return `${path} cannot be asked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export async function ask({ address, signal }: Application, method: string, path: string, body?: unknown): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(`${address}${path}`, {
    method,
    signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.text() };
}
