import type { ReleaseEvent } from "../../report/release-events.ts";

/** What a team wants to be told of, each once in a run. */
export type NoticeKind = "gates-failed" | "started" | "shifted" | "released" | "rolled-back" | "failed" | "not-wholly-back";

/** What every notice says of the run that it comes from. */
export interface RunFacts {
  readonly project: string;
  /** Of what is released, or of what is gone back to: 40 hex digits, or "" where it is not known. */
  readonly commit: string;
  readonly branch?: string;
  readonly author?: string;
  /** First line of the commit's message. */
  readonly subject?: string;
  readonly target: "rehearsal" | "aws";
  readonly what: "release" | "rollback";
  /** Of the run, at the CI server. */
  readonly link?: string;
}

export interface Notice extends RunFacts {
  readonly kind: NoticeKind;
  /** One sentence, the reason included where there is one. */
  readonly text: string;
}

/** What an event of a release is worth telling; nothing for most. */
export function noticeOf(event: ReleaseEvent, facts: RunFacts): Notice | undefined {
  const name = `${facts.project}${facts.commit === "" ? "" : ` ${facts.commit.slice(0, 7)}`}`;
  const notice = (kind: NoticeKind, text: string): Notice => ({ ...facts, kind, text });
  switch (event.kind) {
    case "deployment":
      return event.how === "created" ? notice("started", `${facts.what === "rollback" ? "Rollback to" : "Release of"} ${name} has started.`) : undefined;
    case "traffic":
      return event.candidatePercent === 100 ? notice("shifted", `All traffic goes to ${name}.`) : undefined;
    case "ended": {
      const { kind, summary, next } = event.outcome;
      const text = [summary, next].filter((sentence) => sentence !== "").join(" ");
      if (kind === "released") return notice("released", text);
      if (kind === "rolled-back") return notice("rolled-back", text);
      if (kind === "failed") return notice("failed", text);
      return kind === "unchanged" ? undefined : notice("not-wholly-back", text);
    }
    default:
      return undefined;
  }
}

export const gatesFailed = (summary: string, facts: RunFacts): Notice => ({ ...facts, kind: "gates-failed", text: summary });
