import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { RehearsalProcess } from "./rehearsal-process.ts";

const mostLines = 20;

/** What the proxies' logs and the load balancer have to say of requests that failed: to be read when a release has lost some. */
export async function lostRequests(rehearsal: RehearsalProcess): Promise<string[]> {
  const logs = new CloudWatchLogsClient(rehearsal.client);
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new FilterLogEventsCommand({ logGroupName: "/ecs/notes", logStreamNamePrefix: "notes/proxy/", ...(nextToken === undefined ? {} : { nextToken }) }));
    lines.push(...(page.events ?? []).map(({ message = "" }) => message).filter((line) => /"status":5|\[(?:warn|error|crit)\]/.test(line)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const events = (await rehearsal.timeline())
    .filter(({ what, detail }) => (what === "target-health" && detail["state"] !== "healthy") || (what === "container" && detail["health"] === "UNHEALTHY"))
    .map(({ at, what, detail }) => `${at} ${what} ${JSON.stringify(detail)}`);
  return [`${String(lines.length)} lines of the proxies:`, ...lines.slice(0, mostLines), `${String(events.length)} events of health:`, ...events.slice(0, mostLines)];
}
