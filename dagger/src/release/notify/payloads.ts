import type { Notice, NoticeKind } from "./notice.ts";

/** What is sent: to Slack's incoming webhooks, and to any other. */

const signs: Readonly<Record<NoticeKind, string>> = {
  "gates-failed": ":no_entry:",
  started: ":rocket:",
  shifted: ":twisted_rightwards_arrows:",
  released: ":white_check_mark:",
  "rolled-back": ":leftwards_arrow_with_hook:",
  failed: ":x:",
  "not-wholly-back": ":rotating_light:",
};

export interface SlackMessage {
  readonly channel: string;
  /** For notifications on a phone, and for screen readers. */
  readonly text: string;
  readonly blocks: readonly object[];
}

/** Slack takes 3,000 characters in a section. */
const longestText = 2_900;

export function slackMessage(notice: Notice, channel: string): SlackMessage {
  const { kind, text, subject, link } = notice;
  const rehearsed = notice.target === "rehearsal" ? "Rehearsal: " : "";
  const about = [notice.commit === "" ? undefined : `\`${notice.commit.slice(0, 7)}\``, notice.branch, notice.author].filter((part) => part !== undefined).map(plain).join(" · ");
  const lines = [`${signs[kind]} *${plain(`${rehearsed}${text}`).slice(0, longestText)}*`, ...(subject === undefined ? [] : [`> ${plain(subject).slice(0, 300)}`])];
  return {
    channel,
    text: plain(`${rehearsed}${text}`).slice(0, longestText),
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: lines.join("\n") } },
      { type: "context", elements: [{ type: "mrkdwn", text: [about, link === undefined ? "" : `<${link}|run>`].filter((part) => part !== "").join(" · ") || plain(notice.project) }] },
    ],
  };
}

/** Slack's own three characters; anybody may write a commit's message. */
const plain = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The notice as it is, with a version for whoever reads it. */
export const webhookBody = (notice: Notice): object => ({ version: 1, ...notice });
