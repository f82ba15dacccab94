import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { execa } from "execa";
import { expect, it } from "vitest";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { faults } from "../../src/faults/faults.ts";
import { startRehearsal } from "../support/rehearsal.ts";

const fault = { kind: "throttle", share: 0.5, when: {} };

it("tells how things are, injects a fault, and takes it back", async () => {
  const { rehearsal } = await startRehearsal();
  const at = (path: string): string => `${rehearsal.url}/_rehearsal/${path}`;
  expect(await (await fetch(at("status"))).json()).toMatchObject({ url: rehearsal.url, now: "2026-01-15T12:00:00.000Z", rate: 1, faults: [] });
  const { id } = (await (await fetch(at("faults"), { method: "POST", body: JSON.stringify(fault) })).json()) as { id: string };
  expect(await (await fetch(at("faults"))).json()).toMatchObject([{ id, fault }]);
  expect((await fetch(at(`faults/${id}`), { method: "DELETE" })).status).toBe(200);
  expect((await fetch(at(`faults/${id}`), { method: "DELETE" })).status).toBe(404);
  expect(((await (await fetch(at("timeline?since=1"))).json()) as { what: string }[]).map(({ what }) => what)).toEqual(["fault-removed"]);
});

it("sends what happened since the reader's last event, and then what happens", async () => {
  const { rehearsal } = await startRehearsal();
  rehearsal.parts.timeline.add("test", "first");
  rehearsal.parts.timeline.add("test", "second");
  const response = await fetch(`${rehearsal.url}/_rehearsal/events`, { headers: { "last-event-id": "1" } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toMatch(/^id: 2\ndata: .*"second"/);
  rehearsal.parts.timeline.add("test", "third");
  expect((await reader?.read())?.value).toMatch(/^id: 3\n/);
  await reader?.cancel();
});

it.each([
  ["not JSON", "{", /no fault that can be injected: /],
  ["an unknown kind", '{"kind": "gremlin"}', /kind: Invalid/],
  ["a share over 1", '{"kind": "throttle", "share": 2}', /share: /],
])("refuses a fault that is %s", async (_name, body, message) => {
  const { rehearsal } = await startRehearsal();
  const response = await fetch(`${rehearsal.url}/_rehearsal/faults`, { method: "POST", body });
  expect(response.status).toBe(400);
  expect(((await response.json()) as { error: string }).error).toMatch(message);
});

it.each([
  ["no alarm of that name, and says that there is none", { kind: "alarm", alarm: "no-such-alarm" }, /the rehearsal has no alarm no-such-alarm\. There is none yet\.$/],
  ["no service of that name, and names those that there are", { kind: "throttle", share: 1, service: "elasticbeanstalk" }, /the rehearsal has no service elasticbeanstalk\. There are cloudwatch, codedeploy, ecr, ecs, elbv2, /],
  ["no operation of that name in the service", { kind: "api-error", how: "500", service: "sts", operation: "DescribeServices" }, /the rehearsal has no operation DescribeServices of sts\. There are AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity\.$/],
  ["no operation of that name anywhere", { kind: "throttle", share: 1, operation: "Sleep" }, /the rehearsal has no operation Sleep\. There are /],
  ["neither a status nor a latency", { kind: "responses", to: "candidate", share: 0.5 }, /status or latencyMs is needed/],
])("refuses a fault that can do nothing: %s", async (_name, nothing, message) => {
  const { rehearsal } = await startRehearsal();
  const response = await fetch(`${rehearsal.url}/_rehearsal/faults`, { method: "POST", body: JSON.stringify(nothing) });
  expect({ status: response.status, ...((await response.json()) as object) }).toEqual({ status: 400, error: expect.stringMatching(message) as string });
  expect(rehearsal.parts.get(faults).list()).toEqual([]);
});

it.each([
  [{ kind: "alarm", alarm: "errors" }],
  [{ kind: "throttle", share: 1, service: "cloudwatch" }],
  [{ kind: "throttle", share: 1, service: "elbv2", operation: "DescribeListeners" }],
  [{ kind: "throttle", share: 1, service: "elasticloadbalancing" }],
  [{ kind: "api-error", how: "500", operation: "DescribeServices" }],
])("takes one of what there is: %j", async (asked) => {
  const { client, rehearsal } = await startRehearsal();
  await new CloudWatchClient(client).send(new PutMetricAlarmCommand({ AlarmName: "errors", Namespace: "test", MetricName: "errors", Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" }));
  expect((await fetch(`${rehearsal.url}/_rehearsal/faults`, { method: "POST", body: JSON.stringify(asked) })).status).toBe(201);
});

/** With a Host, and an Origin, that fetch does not let one choose. */
async function ask(url: string, { method = "GET", headers }: { readonly method?: string; readonly headers: Readonly<Record<string, string>> }): Promise<{ readonly status: number | undefined; readonly text: string }> {
  const asked = request(url, { method, headers, agent: false }).end(method === "GET" ? undefined : JSON.stringify(fault));
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return { status: answer.statusCode, text: await text(answer) };
}

it("is not asked by names that are not this machine's", async () => {
  const { rehearsal } = await startRehearsal();
  const { port } = new URL(rehearsal.url);
  for (const path of ["", "status", "timeline", "events", "faults"]) {
    expect(await ask(`${rehearsal.url}/_rehearsal/${path}`, { headers: { host: `evil.example:${port}` } })).toMatchObject({ status: 403, text: expect.stringContaining(`evil.example:${port} is no name of its machine`) as string });
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "LOCALHOST:1", "[::1]:4610", "localhost"]) expect(await ask(`${rehearsal.url}/_rehearsal/status`, { headers: { host } })).toMatchObject({ status: 200 });
});

it("is asked by any name where it is opened to other machines, and lets no page of theirs change anything", async () => {
  const { rehearsal } = await startRehearsal({ host: "0.0.0.0", beyondThisMachine: true });
  const { port } = new URL(rehearsal.url);
  const url = `http://127.0.0.1:${port}/_rehearsal/`;
  expect(await ask(`${url}status`, { headers: { host: `rehearsal:${port}` } })).toMatchObject({ status: 200 });
  expect(await ask(`${url}faults`, { method: "POST", headers: { host: `evil.example:${port}`, origin: `http://evil.example:${port}` } })).toMatchObject({ status: 403 });
});

it.each(["127.0.0.1", "localhost", "[::1]"])("takes what its own page sends, opened at %s", async (name) => {
  const { rehearsal } = await startRehearsal();
  const own = `${name}:${new URL(rehearsal.url).port}`;
  expect(await ask(`${rehearsal.url}/_rehearsal/faults`, { method: "POST", headers: { host: own, origin: `http://${own}` } })).toMatchObject({ status: 201 });
  expect(await ask(`${rehearsal.url}/_rehearsal/faults`, { method: "POST", headers: { host: own, origin: `http://${name}:1` } })).toMatchObject({ status: 403 });
});

it("lets no page of another origin change anything", async () => {
  const { rehearsal } = await startRehearsal();
  const response = await fetch(`${rehearsal.url}/_rehearsal/faults`, { method: "POST", body: JSON.stringify(fault), headers: { origin: "https://elsewhere.example" } });
  expect(response.status).toBe(403);
  expect(rehearsal.parts.timeline.since()).toEqual([]);
});

it("is not opened to other machines unless that is said twice, and says when its port is taken", async () => {
  expect(() => new AwsRehearsal({ host: "0.0.0.0" })).toThrow(expect.objectContaining({ code: "NOT_LOOPBACK" }));
  const { rehearsal } = await startRehearsal();
  await expect(new AwsRehearsal({ port: Number(new URL(rehearsal.url).port) }).start()).rejects.toMatchObject({ code: "PORT_TAKEN", message: expect.stringContaining("Something else listens on 127.0.0.1:") as string });
});

it("serves the page with what it needs from this process alone, and nothing that could run what others wrote", async () => {
  const { rehearsal } = await startRehearsal();
  const at = async (path: string): Promise<Response> => fetch(`${rehearsal.url}/_rehearsal${path}`);
  const page = await at("");
  expect(page.url).toBe(`${rehearsal.url}/_rehearsal/`);
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'$/);
  expect(await page.text()).not.toMatch(/<script(?! type="module" src="\/_rehearsal\/)|style=|https?:/);
  const script = await at("/page/main.ts");
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(await script.text()).toContain('from "/_rehearsal/page/lib/lit-html.js"');
  for (const path of ["/page/../src/timeline.ts", "/page/%2e%2e/package.json", "/page/tsconfig.json", "/page/model/none.ts"]) expect((await at(path)).status).toBe(404);
});

it("takes types away without a word of Node's on the terminal", async () => {
  const page = new URL("../../src/control/page-files.ts", import.meta.url).href;
  const { stderr, stdout } = await execa(process.execPath, ["--input-type=module", "--eval", `const { sendPage } = await import(${JSON.stringify(page)}); const answer = { writeHead: () => answer, end: (text) => console.log(text.length) }; await sendPage(answer, "page/main.ts");`]);
  expect(Number(stdout)).toBeGreaterThan(100);
  expect(stderr).toBe("");
});

it.each([
  ["stop", {}, 409, /could not be found/],
  ["continue", { wait: "READY_WAIT" }, 409, /could not be found/],
  ["continue", {}, 400, /Which wait is over/],
])("tells why a deployment cannot %s", async (action, body, status, message) => {
  const { rehearsal } = await startRehearsal();
  const response = await fetch(`${rehearsal.url}/_rehearsal/deployments/d-ABCDEFGHI/${action}`, { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(status);
  expect(((await response.json()) as { error: string }).error).toMatch(message);
});

it("lets no page of another origin stop a deployment", async () => {
  const { rehearsal } = await startRehearsal();
  expect((await fetch(`${rehearsal.url}/_rehearsal/deployments/d-ABCDEFGHI/stop`, { method: "POST", headers: { origin: "https://elsewhere.example" } })).status).toBe(403);
});

it.each(["stop", "continue"])("says of an id that is badly escaped that it is, to %s", async (action) => {
  const { rehearsal } = await startRehearsal();
  const response = await fetch(`${rehearsal.url}/_rehearsal/deployments/%E0%A4%A/${action}`, { method: "POST", body: JSON.stringify({ wait: "READY_WAIT" }) });
  expect({ status: response.status, body: await response.json() }).toEqual({ status: 400, body: { error: "No deployment is called %E0%A4%A: that is no text with escapes as URLs have them." } });
});
