import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ReleaseEvent } from "../../../src/report/release-events.ts";
import { Notifier, type NotifyTargets } from "../../../src/release/notify/notifier.ts";
import { runLink } from "../../../src/release/notify/run-link.ts";
import type { RunFacts } from "../../../src/release/notify/notice.ts";

const facts: RunFacts = { project: "shop", commit: "0123456789abcdef0123456789abcdef01234567", branch: "main", author: "Ada <ada>", subject: "Faster & <better>", target: "aws", what: "release", link: "https://ci.example/1" };
const outcome = { summary: "It is out.", next: "", startedAt: "2026-11-24T10:00:00.000Z", endedAt: "2026-11-24T10:16:00.000Z" };

const created: ReleaseEvent = { atMs: 1, kind: "deployment", deploymentId: "d-1", how: "created" };
const traffic = (candidatePercent: number): ReleaseEvent => ({ atMs: 2, kind: "traffic", deploymentId: "d-1", candidatePercent });
const ended = (kind: "released" | "rolled-back" | "failed" | "mixed" | "unknown" | "unchanged"): ReleaseEvent => ({ atMs: 3, kind: "ended", outcome: { ...outcome, kind } });

interface Received {
  readonly path: string;
  readonly body: { readonly kind?: string; readonly text: string; readonly channel?: string };
}

/** A real server that answers every post with `status`. */
async function hook(status = 200): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let text = "";
      for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString("utf8");
      received.push({ path: request.url ?? "", body: JSON.parse(text) as Received["body"] });
      response.writeHead(status).end();
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => { server.close(); });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, received };
}

async function tell(events: readonly ReleaseEvent[], targets: Partial<NotifyTargets>, about: Partial<RunFacts> = {}): Promise<readonly string[]> {
  const notifier = new Notifier({ targets: { channel: "#ci-cd-alerts", ...targets }, facts: { ...facts, ...about }, send: fetch });
  for (const event of events) notifier.onEvent(event);
  return notifier.end();
}

describe("notices", () => {
  it("tell of a release once each: its start, its shift and its end", async () => {
    const { url, received } = await hook();
    expect(await tell([created, traffic(10), traffic(100), traffic(100), ended("released")], { webhookUrl: `${url}/hook` })).toEqual([]);
    expect(received.map(({ body }) => [body.kind, body.text])).toEqual([
      ["started", "Release of shop 0123456 has started."],
      ["shifted", "All traffic goes to shop 0123456."],
      ["released", "It is out."],
    ]);
  });

  it.each(["rolled-back", "failed", "released"] as const)("say that it ended as %s", async (kind) => {
    const { url, received } = await hook();
    await tell([ended(kind)], { webhookUrl: url });
    expect(received.map(({ body }) => body.kind)).toEqual([kind]);
  });

  it.each(["mixed", "unknown"] as const)("raise the alarm when traffic is not wholly back: %s", async (kind) => {
    const { url, received } = await hook();
    await tell([ended(kind)], { webhookUrl: url });
    expect(received.map(({ body }) => body.kind)).toEqual(["not-wholly-back"]);
  });

  it("are not sent for a release that changed nothing, or was only followed", async () => {
    const { url, received } = await hook();
    await tell([{ ...created, how: "followed" }, traffic(40), ended("unchanged")], { webhookUrl: url });
    expect(received).toEqual([]);
  });

  it("name a rollback as one", async () => {
    const { url, received } = await hook();
    const back: ReleaseEvent = { atMs: 0, kind: "planned", what: "rollback", commit: "fedcba9876543210fedcba9876543210fedcba98", fromCommit: facts.commit, changes: [], notes: [] };
    await tell([back, created], { webhookUrl: url }, { what: "rollback" });
    expect(received.map(({ body }) => body)).toEqual([{ version: 1, kind: "started", text: "Rollback to shop fedcba9 has started.", project: "shop", target: "aws", what: "rollback", commit: back.commit, link: "https://ci.example/1" }]);
  });

  it("reach Slack with its channel, and nobody's markup", async () => {
    const { url, received } = await hook();
    await tell([created], { slackUrl: `${url}/slack` }, { target: "rehearsal" });
    expect(received).toEqual([
      {
        path: "/slack",
        body: {
          channel: "#ci-cd-alerts",
          text: "Rehearsal: Release of shop 0123456 has started.",
          blocks: [
            { type: "section", text: { type: "mrkdwn", text: ":rocket: *Rehearsal: Release of shop 0123456 has started.*\n> Faster &amp; &lt;better&gt;" } },
            { type: "context", elements: [{ type: "mrkdwn", text: "`0123456` · main · Ada &lt;ada&gt; · <https://ci.example/1|run>" }] },
          ],
        },
      },
    ]);
  });

  it("that cannot be delivered stop nothing, and never say the address", async () => {
    const { url } = await hook(404);
    const secret = "T000/B000/secret";
    expect(await tell([created, traffic(100)], { slackUrl: `${url}/${secret}` })).toEqual(["Slack did not take a notice: it answered 404."]);
    const nobody = await tell([created], { webhookUrl: `http://127.0.0.1:1/${secret}` });
    expect(nobody).toEqual(["the webhook could not be reached (TypeError)."]);
    expect(await tell([created], { webhookUrl: secret })).toEqual(["the webhook could not be reached (TypeError)."]);
  });

  it("tell that gates have failed", async () => {
    const { url, received } = await hook();
    const notifier = new Notifier({ targets: { channel: "#a", webhookUrl: url }, facts, send: fetch });
    notifier.gatesFailed("Stopped by secrets.");
    await notifier.end();
    expect(received.map(({ body }) => [body.kind, body.text])).toEqual([["gates-failed", "Stopped by secrets."]]);
  });
});

describe("the link to the run", () => {
  it.each([
    ["GitHub Actions", { GITHUB_SERVER_URL: "https://forge.example", GITHUB_REPOSITORY: "team/shop", GITHUB_RUN_ID: "7" }, "https://forge.example/team/shop/actions/runs/7"],
    ["Jenkins", { BUILD_URL: "https://jenkins.example/job/shop/7/" }, "https://jenkins.example/job/shop/7/"],
    ["GitLab", { CI_JOB_URL: "https://gitlab.example/team/shop/-/jobs/7" }, "https://gitlab.example/team/shop/-/jobs/7"],
    ["a laptop", {}, undefined],
  ])("of %s", (_name, env, link) => {
    expect(runLink(env)).toBe(link);
  });
});
