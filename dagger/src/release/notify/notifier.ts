import type { ReleaseEvent } from "../../report/release-events.ts";
import { gatesFailed, noticeOf, type Notice, type NoticeKind, type RunFacts } from "./notice.ts";
import { slackMessage, webhookBody } from "./payloads.ts";

/** Where notices go. The addresses are secrets: whoever has one may post. */
export interface NotifyTargets {
  readonly slackUrl?: string;
  /** Of Slack; without the webhook's leave it is its own channel. */
  readonly channel: string;
  readonly webhookUrl?: string;
}

export interface NotifierParts {
  readonly targets: NotifyTargets;
  readonly facts: RunFacts;
  /** `fetch`, or what stands for it. */
  readonly send: (url: string, init: { readonly method: "POST"; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly signal: AbortSignal }) => Promise<{ readonly ok: boolean; readonly status: number }>;
}

const timeoutMs = 5_000;

/** Tells a team what happens, each thing once. It never stops a release, and never says an address. */
export class Notifier {
  readonly #parts: NotifierParts;
  #facts: RunFacts;
  readonly #told = new Set<NoticeKind>();
  readonly #sending: Promise<string | undefined>[] = [];
  readonly #last = new Map<string, Promise<string | undefined>>();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    this.#facts = parts.facts;
  }

  onEvent(event: ReleaseEvent): void {
    // A rollback goes back to another commit than the one that is checked out.
    if (event.kind === "planned" && event.commit !== this.#facts.commit) this.#facts = withoutAuthor(this.#facts, event.commit);
    const notice = noticeOf(event, this.#facts);
    if (notice !== undefined) this.#tell(notice);
  }

  gatesFailed(summary: string): void {
    this.#tell(gatesFailed(summary, this.#facts));
  }

  /** Resolves when everything has been sent, with what could not be: a sentence for each place. */
  async end(): Promise<readonly string[]> {
    const problems = await Promise.all(this.#sending);
    return [...new Set(problems.filter((problem) => problem !== undefined))];
  }

  #tell(notice: Notice): void {
    if (this.#told.has(notice.kind)) return;
    this.#told.add(notice.kind);
    const { slackUrl, webhookUrl, channel } = this.#parts.targets;
    if (slackUrl !== undefined) this.#queue("Slack", slackUrl, slackMessage(notice, channel));
    if (webhookUrl !== undefined) this.#queue("the webhook", webhookUrl, webhookBody(notice));
  }

  /** One after the other, or a start could be read after its end. */
  #queue(name: string, url: string, body: object): void {
    const sent = (this.#last.get(url) ?? Promise.resolve(undefined)).then(async () => this.#send(name, url, body));
    this.#last.set(url, sent);
    this.#sending.push(sent);
  }

  async #send(name: string, url: string, body: object): Promise<string | undefined> {
    try {
      const { ok, status } = await this.#parts.send(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout(timeoutMs) });
      return ok ? undefined : `${name} did not take a notice: it answered ${String(status)}.`;
    } catch (error) {
      // The message of a failed fetch may have the address in it.
      return `${name} could not be reached (${error instanceof Error ? error.name : "error"}).`;
    }
  }
}

function withoutAuthor({ project, target, what, link }: RunFacts, commit: string): RunFacts {
  return { project, target, what, commit, ...(link === undefined ? {} : { link }) };
}
