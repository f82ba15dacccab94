import { expect, it } from "vitest";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
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
