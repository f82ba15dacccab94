import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { operatorKey } from "../../src/iam/access-keys.ts";
import { startRehearsal } from "../support/rehearsal.ts";

type Headers = Readonly<Record<string, string>>;

const signedFor = (service: string): string => `AWS4-HMAC-SHA256 Credential=${operatorKey.accessKeyId}/20260115/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** The same question in each of the three forms: of AWS's JSON, of its queries, of CBOR. */
const calls: readonly (readonly [string, string, Headers, string])[] = [
  ["JSON", "/", { authorization: signedFor("ecs"), "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters" }, "{}"],
  ["query", "/", { authorization: signedFor("sts"), "content-type": "application/x-www-form-urlencoded" }, "Action=GetCallerIdentity&Version=2011-06-15"],
  ["CBOR", "/service/GraniteServiceVersion20100801/operation/DescribeAlarms", { authorization: signedFor("monitoring"), "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" }, "\u00a0"],
];

/** With a Host, and an Origin, that fetch does not let one choose. */
async function ask(url: string, path: string, headers: Headers, body = "", method = "POST"): Promise<{ readonly status: number | undefined; readonly headers: IncomingMessage["headers"]; readonly text: string }> {
  const asked = request(`${url}${path}`, { method, headers, agent: false }).end(Buffer.from(body, "latin1"));
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

it.each(calls)("a name that leads here and is not this machine's gets no answer of the API, said in the caller's form: %s", async (_form, path, headers, body) => {
  const { rehearsal } = await startRehearsal();
  const { status, text: said } = await ask(rehearsal.url, path, { ...headers, host: "evil.example:4610" }, body);
  expect([status, said]).toEqual([403, expect.stringMatching(/AccessDeniedException[^]*evil\.example:4610 is no name of its machine\. Ask for http:\/\/127\.0\.0\.1:/)]);
  expect(rehearsal.parts.timeline.since()).toMatchObject([{ actor: "api", what: "refused", detail: { error: "AccessDeniedException", message: expect.stringContaining("evil.example") as string } }]);
});

it.each(calls)("a web page gets no answer of the API, whatever it is called from: %s", async (_form, path, headers, body) => {
  const { rehearsal } = await startRehearsal();
  for (const origin of ["https://evil.example", rehearsal.url, "null"]) {
    const answer = await ask(rehearsal.url, path, { ...headers, origin }, body);
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining(`takes no calls of web pages: this one is of ${origin}`)]);
    expect(Object.keys(answer.headers)).not.toContain("access-control-allow-origin");
  }
});

it("a browser that asks whether it may is told no", async () => {
  const { rehearsal } = await startRehearsal();
  const answer = await ask(rehearsal.url, "/", { origin: "https://evil.example", "access-control-request-method": "POST", "access-control-request-headers": "authorization,x-amz-target" }, "", "OPTIONS");
  expect(answer.status).toBe(403);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
});

it("the registry refuses both in its own form, and says so on the timeline", async () => {
  const { rehearsal } = await startRehearsal();
  for (const foreign of [{ host: "evil.example" }, { origin: "https://evil.example" }]) {
    for (const path of ["/v2/", "/v2/notes-backend/manifests/latest"]) {
      const { status, text: said } = await ask(rehearsal.url, path, foreign, "", "GET");
      expect([status, JSON.parse(said)]).toEqual([403, { errors: [{ code: "DENIED", message: expect.stringContaining("evil.example") as string, detail: null }] }]);
    }
  }
  expect(rehearsal.parts.timeline.since().map(({ actor, what }) => [actor, what])).toEqual(Array.from({ length: 4 }, () => ["registry", "refused"]));
});

it.each(["localhost:4610", "127.0.0.1", "[::1]:4610", "10.0.2.2:4610", "host.docker.internal:4610", "host.containers.internal:4610", "gateway.docker.internal", "host.lima.internal"])("SDKs and container engines may call this machine %s", async (host) => {
  const { rehearsal } = await startRehearsal();
  for (const [, path, headers, body] of calls) expect(await ask(rehearsal.url, path, { ...headers, host }, body)).toMatchObject({ status: 200 });
  // Who is asked for a password may go on.
  expect(await ask(rehearsal.url, "/v2/", { host }, "", "GET")).toMatchObject({ status: 401 });
});

it.each(["evil-localhost", "localhost.evil.example", "127.0.0.1.evil.example", "docker.internal.evil.example", "evil.internal"])("a name that only looks like one of this machine's is none: %s", async (host) => {
  const { rehearsal } = await startRehearsal();
  expect(await ask(rehearsal.url, "/v2/", { host }, "", "GET")).toMatchObject({ status: 403 });
});

it("by the name that others know it by it answers, and tells of itself; pages get nothing there either", async () => {
  const { rehearsal } = await startRehearsal({ toldAs: "http://rehearsal:4610", beyondThisMachine: true });
  const [, path, headers, body] = calls[1] ?? ["", "", {}, ""];
  for (const host of ["rehearsal:4610", "k3v9.session.dagger.local:4610"]) {
    expect(await ask(rehearsal.url, path, { ...headers, host }, body)).toMatchObject({ status: 200 });
    expect(await ask(rehearsal.url, path, { ...headers, host, origin: `http://${host}` }, body)).toMatchObject({ status: 403 });
  }
  expect(await (await fetch(`${rehearsal.url}/_rehearsal/status`)).json()).toMatchObject({ url: "http://rehearsal:4610" });
});
