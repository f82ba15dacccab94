import type { ContainerCli } from "../../local/src/container-engine/container-cli.ts";
import { isContainerEngineError } from "../../local/src/container-engine/errors.ts";

/** How a pull ended. `unreachable` is about the registry, the others about the image. */
export type PullOutcome =
  | { readonly kind: "pulled" }
  | { readonly kind: "unreachable" | "absent" | "denied" | "failed"; readonly why: string };

export interface PullOptions {
  readonly cli: ContainerCli;
  /** Until the registry has answered anything; a pull that goes on may take longer. */
  readonly connectTimeoutMs: number;
  readonly pullTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called when the registry has described the image, before the download. */
  readonly onAnswer?: () => void;
}

const PULL_TIMEOUT_MS = 15 * 60_000;

/** Lines that Podman and Docker print once a registry has described the image. */
const ANSWERED = /getting image source signatures|copying (blob|config)|pulling (from|fs layer)|already exists|digest:/i;

/**
 * The reasons in the words of both programs. A company's proxy that refuses a
 * registry, or shows a certificate that the daemon does not trust, counts as
 * unreachable: no registry has said anything about the image.
 */
const REASONS: readonly (readonly [Exclude<PullOutcome["kind"], "pulled" | "failed">, RegExp])[] = [
  ["unreachable", /no such host|dial tcp|connection refused|network is unreachable|no route to host|i\/o timeout|tls handshake|client\.timeout|deadline exceeded|x509|certificate|proxyconnect|server misbehaving|temporary failure|connection reset|unexpected http status|: eof|lookup .* on /i],
  ["denied", /unauthorized|authentication required|denied|forbidden|no basic auth|toomanyrequests|rate limit/i],
  ["absent", /manifest unknown|name unknown|not found|does not exist|no matching manifest|no image found/i],
];

export async function pullImage(reference: string, options: PullOptions): Promise<PullOutcome> {
  let answered = false;
  const silent = new AbortController();
  const late = AbortSignal.timeout(options.connectTimeoutMs);
  late.addEventListener("abort", () => {
    if (!answered) silent.abort();
  });
  const signals = [silent.signal, ...(options.signal ? [options.signal] : [])];
  try {
    await options.cli.run(["pull", reference], {
      signal: AbortSignal.any(signals),
      timeoutMs: options.pullTimeoutMs ?? PULL_TIMEOUT_MS,
      onLine: (line) => {
        if (answered || !ANSWERED.test(line)) return;
        answered = true;
        options.onAnswer?.();
      },
    });
    return { kind: "pulled" };
  } catch (error) {
    if (!isContainerEngineError(error) || options.signal?.aborted) throw error;
    if (error.code === "CANCELLED") {
      return { kind: "unreachable", why: `no answer within ${options.connectTimeoutMs / 1000} s` };
    }
    if (error.code === "COMMAND_TIMED_OUT") return { kind: "failed", why: "the download took too long" };
    if (error.code !== "COMMAND_FAILED") throw error;
    return judgeRefusal(error.stderrTail);
  }
}

export function judgeRefusal(stderr: string): Exclude<PullOutcome, { kind: "pulled" }> {
  const lastLine = stderr.trim().split("\n").at(-1) ?? "";
  // What the request itself came to stands behind the request, where there was one.
  const why = lastLine.replace(/^Error( response from daemon)?: /, "").replace(/^.*\b(Get|Head) "[^"]*": /, "");
  const kind = REASONS.find(([, words]) => words.test(stderr))?.[0] ?? "failed";
  return { kind, why };
}

/** The registry's host in a full reference. Without one, Docker Hub is meant. */
export function registryOf(reference: string): string {
  const [first, ...rest] = reference.split("/");
  const isHost = rest.length > 0 && first !== undefined && /[.:]|^localhost$/.test(first);
  return isHost ? first : "docker.io";
}
