import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { DeregisterTargetsCommand, ModifyListenerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it, onTestFinished } from "vitest";
import { faults } from "../../src/faults/faults.ts";
import { balancerSettings } from "../../src/load-balancer/balancer-settings.ts";
import { sides } from "../../src/load-balancer/sides.ts";
import { machineTime } from "../../src/clock/machine-time.ts";
import { answering, startBalanced } from "./balanced.ts";
import { serve, sum } from "./targets.ts";

const textOf = async (url: string, init?: RequestInit): Promise<string> => (await fetch(url, init)).text();

async function textsOf(url: string, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) texts.push(await textOf(url));
  return texts;
}

it("splits any 100 consecutive requests exactly by the weights, and at once by new ones", async () => {
  const balanced = await startBalanced();
  const { addTarget, split, url } = balanced;
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await addTarget("green", "10.0.1.2", answering("green"));
  for (const green of [0, 10, 33, 100]) {
    await split(100 - green, green);
    const texts = await textsOf(url, 130);
    for (const start of [0, 7, 30]) expect(texts.slice(start, start + 100).filter((text) => text === "green")).toHaveLength(green);
  }
});

it("takes turns among the healthy targets of a group, and among all when none is healthy", async () => {
  const { addTarget, url, clock } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("one"));
  await addTarget("blue", "10.0.1.2", answering("two", 500));
  expect(new Set(await textsOf(url, 4))).toEqual(new Set(["one", "two"]));
  await clock.advance(1000);
  expect(await textsOf(url, 4)).toEqual(["one", "one", "one", "one"]);
});

it("passes methods, bodies, repeated headers and statuses through, and says where a request came from", async () => {
  const seen: IncomingMessage[] = [];
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve((request, response) => {
    seen.push(request);
    response.writeHead(201, ["set-cookie", "a=1", "set-cookie", "b=2", "x-kept", "yes"]);
    request.pipe(response);
  }));
  const response = await fetch(`${url}/notes?page=2`, { method: "POST", body: "x".repeat(300_000), headers: { "x-forwarded-for": "203.0.113.7" } });
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toHaveLength(300_000);
  expect(seen[0]).toMatchObject({ method: "POST", url: "/notes?page=2", headers: { host: new URL(url).host, "x-forwarded-for": "203.0.113.7, 127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-port": "80" } });
  expect((await fetch(url, { method: "HEAD" })).status).toBe(201);
});

it("passes each part of a stream on as it comes", async () => {
  const { addTarget, url } = await startBalanced();
  let finish = (): void => undefined;
  await addTarget("blue", "10.0.1.1", await serve((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: first\n\n");
    finish = () => response.end("data: last\n\n");
  }));
  const reader = (await fetch(url)).body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  const read = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
  expect(await read()).toBe("data: first\n\n");
  finish();
  expect(await read()).toBe("data: last\n\n");
});

it("passes a connection through that becomes a WebSocket", async () => {
  const { addTarget, url } = await startBalanced();
  const target = createServer().on("upgrade", (request: IncomingMessage, socket) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: ${request.headers.upgrade ?? ""}\r\nconnection: upgrade\r\n\r\n`);
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(target, "listening");
  onTestFinished(() => { target.close(); });
  await addTarget("blue", "10.0.1.1", { kind: "tcp", host: "127.0.0.1", port: (target.address() as AddressInfo).port });
  const client = httpRequest(url, { headers: { connection: "upgrade", upgrade: "websocket" } }).end();
  const [response, socket] = (await once(client, "upgrade")) as [IncomingMessage, ReturnType<typeof connect>];
  // The rehearsal ends it, or its own end would wait for ever.
  socket.on("error", () => undefined);
  expect(response.headers.upgrade).toBe("websocket");
  socket.write("hello");
  expect(String((await once(socket, "data"))[0])).toBe("hello");
});

it("answers 503 itself when the group has no targets", async () => {
  const balanced = await startBalanced();
  const response = await fetch(balanced.url);
  expect([response.status, response.headers.get("server")]).toEqual([503, "awselb/2.0"]);
  await balanced.clock.advance(1000);
  expect(sum(balanced, "HTTPCode_ELB_5XX_Count")).toBe(1);
  expect(sum(balanced, "HTTPCode_Target_5XX_Count")).toBeUndefined();
  expect(sum(balanced, "RequestCount")).toBeUndefined();
});

it("answers 502 itself when a target refuses or cuts the connection, and blames the target's group for refusals only", async () => {
  const balanced = await startBalanced();
  const cutting = createTcpServer((socket) => { socket.once("data", () => socket.destroy()); }).listen(0, "127.0.0.1");
  await once(cutting, "listening");
  onTestFinished(() => { cutting.close(); });
  await balanced.addTarget("blue", "10.0.1.1", { kind: "tcp", host: "127.0.0.1", port: 1 });
  await balanced.addTarget("blue", "10.0.1.2", { kind: "tcp", host: "127.0.0.1", port: (cutting.address() as AddressInfo).port });
  expect((await Promise.all([fetch(balanced.url), fetch(balanced.url)])).map(({ status }) => status)).toEqual([502, 502]);
  await balanced.clock.advance(60_000);
  expect(sum(balanced, "HTTPCode_ELB_5XX_Count")).toBe(2);
  expect(sum(balanced, "HTTPCode_ELB_5XX_Count", "blue")).toBeUndefined();
  expect(sum(balanced, "HTTPCode_Target_5XX_Count", "blue")).toBeUndefined();
  // One was refused; the other was taken, and cut.
  expect([sum(balanced, "TargetConnectionErrorCount", "blue"), sum(balanced, "TargetConnectionErrorCount")]).toEqual([1, 1]);
});

it("answers 504 itself when a target is silent for longer than the idle timeout", async () => {
  const balanced = await startBalanced({ prepare: (parts) => { parts.provide(balancerSettings, { ports: {}, idleTimeoutMs: 20, machine: machineTime }); } });
  await balanced.addTarget("blue", "10.0.1.1", await serve(() => undefined));
  await balanced.addTarget("green", "10.0.1.2", { kind: "handler", handle: async () => new Promise<Response>(() => undefined) });
  expect((await fetch(balanced.url)).status).toBe(504);
  await balanced.split(0, 100);
  expect((await fetch(balanced.url)).status).toBe(504);
});

it("counts what targets answer, per load balancer and per target group, weighted by the rate of time", async () => {
  const balanced = await startBalanced();
  const { addTarget, split, url, clock } = balanced;
  await addTarget("blue", "10.0.1.1", answering("fine"));
  await addTarget("green", "10.0.1.2", answering("broken", 500));
  await split(50, 50);
  clock.rate = () => 20;
  await textsOf(url, 10);
  await clock.advance(1000);
  expect([sum(balanced, "RequestCount"), sum(balanced, "RequestCount", "blue"), sum(balanced, "RequestCount", "green")]).toEqual([200, 100, 100]);
  expect([sum(balanced, "HTTPCode_Target_2XX_Count", "blue"), sum(balanced, "HTTPCode_Target_5XX_Count", "green"), sum(balanced, "HTTPCode_Target_5XX_Count", "blue")]).toEqual([100, 100, undefined]);
  expect(sum(balanced, "TargetResponseTime", "blue")).toBeGreaterThan(0);
});

it("sends a draining target no new requests and lets the one under way finish", async () => {
  const { addTarget, url, elb, groups } = await startBalanced();
  let finish = (): void => undefined;
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await addTarget("blue", "10.0.1.1", await serve((_request, response) => {
    finish = () => response.end("finished");
    arrive();
  }));
  const underWay = textOf(url);
  await arrived;
  await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groups.blue, Targets: [{ Id: "10.0.1.1", Port: 8080 }] }));
  expect((await fetch(url)).status).toBe(503);
  finish();
  expect(await underWay).toBe("finished");
});

it("gives a share of a side's requests the status that a fault says, counted as the target's", async () => {
  const balanced = await startBalanced();
  const { addTarget, split, url, rehearsal, clock } = balanced;
  rehearsal.parts.get(sides).of = (address) => (address === "10.0.1.2" ? "candidate" : "current");
  await addTarget("blue", "10.0.1.1", answering("blue"));
  await addTarget("green", "10.0.1.2", answering("green"));
  await split(50, 50);
  rehearsal.parts.get(faults).inject({ kind: "responses", to: "candidate", share: 1, status: 500, when: {} });
  const statuses: number[] = [];
  while (statuses.length < 10) statuses.push((await fetch(url)).status);
  expect(statuses.filter((status) => status === 500)).toHaveLength(5);
  await clock.advance(1000);
  expect(sum(balanced, "HTTPCode_Target_5XX_Count", "green")).toBe(5);
});

it("loses an availability zone, and its targets' requests with it, when a fault says so", async () => {
  const { addTarget, url, rehearsal } = await startBalanced();
  await addTarget("blue", "10.0.1.1", answering("blue"));
  rehearsal.parts.get(faults).inject({ kind: "zone-loss", zone: "eu-west-1a", when: {} });
  expect((await fetch(url)).status).toBe(504);
});

it("answers a fixed response and a redirect itself", async () => {
  const { elb, listenerArn, url } = await startBalanced();
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } }] }));
  const redirected = await fetch(`${url}/notes?page=2`, { redirect: "manual" });
  expect([redirected.status, redirected.headers.get("location")]).toEqual([301, "https://127.0.0.1:443/notes?page=2"]);
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404", ContentType: "text/plain", MessageBody: "nothing here" } }] }));
  expect([(await fetch(url)).status, await textOf(url)]).toEqual([404, "nothing here"]);
});

it("tells nobody but the load generator which target answered", async () => {
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", { kind: "handler", handle: async ({ headers }) => Promise.resolve(new Response(headers.get("x-rehearsal-load"))) });
  expect((await fetch(url)).headers.get("x-rehearsal-target")).toBeNull();
  const asked = await fetch(url, { headers: { "x-rehearsal-load": "1" } });
  expect([asked.headers.get("x-rehearsal-target"), asked.headers.get("x-rehearsal-target-group"), await asked.text()]).toEqual(["10.0.1.1:8080", "blue", ""]);
});
