import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { expect, it, onTestFinished } from "vitest";
import { attachWorld } from "./attached-world.ts";
import { ProcessList } from "./process-list.ts";

/** What a release may know of secrets reaches nobody: the values that the tasks get, and the addresses that are told of it. */

/** That of every secret of the world. */
const password = "planted-for-a-test";
const slackPath = "/services/planted-for-slack";
const webhookPath = "/planted-for-another";

/** Takes what it is sent, or refuses it. */
async function webhooks(status: number) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => { body += chunk.toString(); }).on("end", () => {
      bodies.push(body);
      response.writeHead(status).end("no");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => { server.closeAllConnections(); server.close(); });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { bodies, env: { SLACK_WEBHOOK_URL: `${url}${slackPath}`, RELEASE_WEBHOOK_URL: `${url}${webhookPath}` } };
}

async function filesOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  return (await Promise.all(files.map(async ({ name, parentPath }) => `${name}\n${await readFile(join(parentPath, name), "utf8")}`))).join("\n");
}

it("a password and a webhook's address are in no log, report, plan, task definition, timeline, notice or process list", { timeout: 120_000 }, async () => {
  const processes = new ProcessList();
  const { clients, rehearsal, release, root, until } = await attachWorld();
  // One that is dead is told of, too.
  const [live, dead] = await Promise.all([webhooks(200), webhooks(500)]);
  const plan = release(["plan", "--json"], dead.env);
  await until(plan.isOver);
  const deploy = release(["deploy", "--json", "--out", "told"], dead.env);
  await until(deploy.isOver);
  const back = release(["rollback", "--dry-run"], live.env);
  const history = release(["history"], live.env);
  await until(() => back.isOver() && history.isOver());

  const seen = await processes.stop();
  const { taskDefinition } = await (await clients.ecs()).send(new DescribeTaskDefinitionCommand({ taskDefinition: "notes-task" }));
  const report = await filesOf(join(root, "told"));
  const everything = { plan: plan.said(), deploy: deploy.said(), rollback: back.said(), history: history.said(), report, processes: seen, taskDefinition: JSON.stringify(taskDefinition), timeline: JSON.stringify(rehearsal.parts.timeline.since()), notices: [...live.bodies, ...dead.bodies].join("\n") };

  // All of it was really looked at.
  expect((await deploy.ended).exitCode).toBe(0);
  const parts: [keyof typeof everything, string][] = [["processes", "release/main.ts deploy --json --out told"], ["report", "report.html"], ["deploy", "500"], ["taskDefinition", ":secret:notes/database/backend-"], ["timeline", "traffic-shifted"], ["notices", "released"]];
  for (const [where, part] of parts) expect(everything[where].includes(part), `${part} in ${where}`).toBe(true);
  for (const [where, text] of Object.entries(everything)) {
    for (const secret of [password, slackPath, webhookPath]) expect(text.includes(secret), `${secret} in ${where}`).toBe(false);
  }
});
