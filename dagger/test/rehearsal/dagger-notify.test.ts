import { dag } from "@dagger.io/dagger";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { daggerNotifier } from "../../src/dagger-notify.ts";
import type { DaggerRun, DaggerSurroundings } from "../../src/dagger-run.ts";
import { DaggerImages } from "../../src/engine/dagger-images.ts";
import { withSession, type Answer } from "../session-server.ts";

const closing: (() => void)[] = [];
afterEach(() => { for (const close of closing.splice(0)) close(); });

it("tells the addresses that were given what is released, by whom it was written and where the run is", async () => {
  const asked: string[] = [];
  const team = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => { body += String(chunk); }).on("end", () => {
      asked.push(body);
      response.end("ok");
    });
  }).listen(0, "127.0.0.1");
  closing.push(() => { team.close(); });
  await new Promise((resolve) => team.once("listening", resolve));
  const url = `http://127.0.0.1:${String((team.address() as AddressInfo).port)}/`;
  const answer: Answer = (leaf) => (leaf === "plaintext" ? url : leaf === "exitCode" ? 0 : leaf === "stdout" ? "Ada\nA note has a colour\n" : undefined);
  await withSession(answer, async () => {
    const notify = { slackWebhook: undefined, releaseWebhook: dag.setSecret("webhook", ""), link: "https://ci.example/1" };
    const notifier = await daggerNotifier(run(), { notify } as DaggerSurroundings, { target: "rehearsal", what: "release" });
    notifier.onEvent({ kind: "deployment", atMs: 0, deploymentId: "d-1", how: "created" });
    expect(await notifier.end()).toEqual([]);
  });
  expect(asked.map((body) => JSON.parse(body) as unknown)).toMatchObject([{ project: "notes", author: "Ada", subject: "A note has a colour", link: "https://ci.example/1" }]);
});

function run(): DaggerRun {
  const config = parseConfig(JSON.stringify({ project: "notes", services: { web: { path: "web" } }, release: { container: "web", port: 80 } }));
  const repository = { commit: "a".repeat(40), branch: "main", dirty: false, shallow: false, onOrigin: [] };
  return { config, repository, images: new DaggerImages({}), files: { tree: dag.directory(), history: dag.directory() } } as unknown as DaggerRun;
}
