import { once } from "node:events";
import { Agent, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { answering, startBalanced, type Balanced } from "./balanced.ts";
import { serve, sum } from "./targets.ts";

/** A connection on which a test writes the bytes itself. */
async function openTo(url: string): Promise<{ readonly socket: Socket; readonly received: () => string; readonly until: (pattern: RegExp) => Promise<string> }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  onTestFinished(() => { socket.destroy(); });
  await once(socket, "connect");
  let text = "";
  socket.on("data", (chunk: Buffer) => { text += chunk.toString("latin1"); });
  return {
    socket,
    received: () => text,
    until: async (pattern) => {
      while (!pattern.test(text)) await once(socket, "data");
      return text;
    },
  };
}

const head = (...lines: string[]): string => `${lines.join("\r\n")}\r\n\r\n`;
const ofConnection = "connection: close, X-Private, x-forwarded-for";

it("keeps to itself what is of one connection only, and lets no client take its own headers away", async () => {
  const seen: IncomingMessage[] = [];
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve((asked, response) => {
    seen.push(asked);
    response.writeHead(200, ["connection", "close, x-inner", "x-inner", "1", "proxy-authenticate", "Basic", "x-kept", "yes", "content-length", "2"]);
    response.end("ok");
  }));
  const { socket, until } = await openTo(url);
  socket.write(head("GET / HTTP/1.1", "host: notes.example.com", ofConnection, "x-private: 1", "te: trailers", "proxy-authorization: Basic eA==", "keep-alive: 5", "x-forwarded-proto: https", "x-forwarded-port: 1", "x-kept: yes"));
  const answer = await until(/ok$/);
  expect(seen[0]?.headers).toEqual({ host: "notes.example.com", connection: "keep-alive", "x-kept": "yes", "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-port": "80" });
  expect(answer).toMatch(/x-kept: yes/);
  expect(answer).not.toMatch(/x-inner|proxy-authenticate/);
});

it("lets a client that waits for 100 Continue go on, and passes its body without a word of that", async () => {
  const bodies: (readonly [string, string | undefined])[] = [];
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve((asked, response) => {
    void asked.toArray().then((chunks) => {
      bodies.push([chunks.join(""), asked.headers.expect]);
      response.end("done");
    });
  }));
  const { socket, until } = await openTo(url);
  socket.write(head("POST / HTTP/1.1", "host: a", "content-length: 5", "expect: 100-continue"));
  expect(await until(/\r\n\r\n/)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  socket.write("hello");
  await until(/done/);
  expect(bodies).toEqual([["hello", undefined]]);
});

it("passes a body in chunks whose length nobody knows, both ways", async () => {
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve((asked, response) => {
    response.writeHead(200, { "x-length": String(asked.headers["content-length"]) });
    asked.pipe(response);
  }));
  const { socket, until } = await openTo(url);
  socket.write(head("PUT / HTTP/1.1", "host: a", "transfer-encoding: chunked"));
  socket.write("5\r\nhello\r\n");
  await until(/hello/);
  socket.write("6\r\n world\r\n0\r\n\r\n");
  const answer = await until(/0\r\n\r\n$/);
  expect(answer).toMatch(/x-length: undefined/);
  expect(answer).toMatch(/5\r\nhello\r\n6\r\n world\r\n0/);
});

it("gives the length of what HEAD would have got, and no body with 204 and 304", async () => {
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve((asked, response) => {
    response.writeHead(Number(asked.url?.slice(1)), asked.method === "HEAD" ? { "content-length": "1234" } : {});
    response.end();
  }));
  const { socket, until } = await openTo(url);
  socket.write(head("HEAD /200 HTTP/1.1", "host: a") + head("GET /204 HTTP/1.1", "host: a") + head("GET /304 HTTP/1.1", "host: a", "connection: close"));
  await once(socket, "close");
  const answers = (await until(/304/)).split("HTTP/1.1 ").slice(1);
  expect(answers.map((answer) => [answer.slice(0, 3), answer.split("\r\n\r\n")[1]])).toEqual([["200", ""], ["204", ""], ["304", ""]]);
  expect(answers[0]).toMatch(/content-length: 1234/i);
});

it("keeps its connections to a target for the next request", async () => {
  let connections = 0;
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve((_asked, response) => { response.end("ok"); }, (server) => { server.on("connection", () => { connections += 1; }); }));
  for (let count = 0; count < 20; count += 1) expect((await fetch(url, { headers: { connection: "close" } })).status).toBe(200);
  expect(connections).toBe(1);
});

it("ends at the target what its client has given up, which is no error of the target's", async () => {
  const balanced = await startBalanced();
  const arrived = Promise.withResolvers<ServerResponse>();
  await balanced.addTarget("blue", "10.0.1.1", await serve((asked, response) => {
    if (asked.url === "/health") response.end();
    else arrived.resolve(response);
  }));
  const { socket } = await openTo(balanced.url);
  socket.write(head("GET / HTTP/1.1", "host: a"));
  const response = await arrived.promise;
  socket.destroy();
  await once(response, "close");
  await untilCounted(balanced, "HTTPCode_ELB_4XX_Count");
  expect(["RequestCount", "HTTPCode_ELB_4XX_Count", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"].map((name) => sum(balanced, name))).toEqual([1, 1, undefined, undefined]);
  // It does not wait for the load balancer's own patience to end.
}, 30_000);

it("passes the head of an answer on before its first word is there", async () => {
  const { addTarget, url } = await startBalanced();
  let finish = (): void => undefined;
  await addTarget("blue", "10.0.1.1", await serve((_asked, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    finish = () => response.end("data: late\n\n");
  }));
  const response = await fetch(url);
  finish();
  expect(await response.text()).toBe("data: late\n\n");
}, 30_000);

/** What is counted of a connection that has ended is so a little later, in time of the machine. */
async function untilCounted(balanced: Balanced, name: string): Promise<void> {
  for (let tries = 0; tries < 500 && sum(balanced, name) === undefined; tries += 1) {
    await new Promise((resolve) => { setImmediate(resolve); });
    await balanced.clock.advance(1000);
  }
}

it("breaks off an answer that its target breaks off, after it was counted", async () => {
  const balanced = await startBalanced();
  const cutting = createTcpServer((socket) => { socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")); }).listen(0, "127.0.0.1");
  await once(cutting, "listening");
  onTestFinished(() => { cutting.close(); });
  await balanced.addTarget("blue", "10.0.1.1", { kind: "tcp", host: "127.0.0.1", port: (cutting.address() as AddressInfo).port });
  const response = await fetch(balanced.url);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow("terminated");
  await balanced.clock.advance(1000);
  expect([sum(balanced, "HTTPCode_Target_2XX_Count"), sum(balanced, "HTTPCode_ELB_5XX_Count")]).toEqual([1, undefined]);
});

it("answers 502 for what is no HTTP", async () => {
  const balanced = await startBalanced();
  const odd = createTcpServer((socket) => { socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n")); }).listen(0, "127.0.0.1");
  await once(odd, "listening");
  onTestFinished(() => { odd.close(); });
  await balanced.addTarget("blue", "10.0.1.1", { kind: "tcp", host: "127.0.0.1", port: (odd.address() as AddressInfo).port });
  expect((await fetch(balanced.url)).status).toBe(502);
});

it("takes headers as long as an ALB's", async () => {
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve(({ headers }, response) => { response.setHeader("x-answer", "y".repeat(28_000)).end(String((headers["x-long"] as string | undefined)?.length)); }));
  const { socket, until } = await openTo(url);
  socket.write(head("GET / HTTP/1.1", "host: a", `x-long: ${"x".repeat(40_000)}`, "connection: close"));
  expect(await until(/40000/)).toContain("y".repeat(28_000));
});

it("does not heed a client's wish for another protocol than WebSocket", async () => {
  const seen: IncomingMessage[] = [];
  const { addTarget, url } = await startBalanced();
  await addTarget("blue", "10.0.1.1", await serve((asked, response) => {
    seen.push(asked);
    response.end("ok");
  }));
  const asking = request(url, { headers: { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAARAAAAAAAIAAAAA" } }).end();
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  expect([response.statusCode, seen[0]?.headers.upgrade, seen[0]?.headers["http2-settings"]]).toEqual([200, undefined, undefined]);
});

it("counts the answer of a target that will have no WebSocket", async () => {
  const balanced = await startBalanced();
  const refusing = await serve((_asked, response) => response.end(), (server) => { server.on("upgrade", (_asked, socket) => socket.end(head("HTTP/1.1 404 Not Found", "content-length: 0", "connection: close"))); });
  await balanced.addTarget("blue", "10.0.1.1", refusing);
  const asking = request(balanced.url, { headers: { connection: "upgrade", upgrade: "websocket" } }).end();
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(404);
  await balanced.clock.advance(1000);
  expect(["RequestCount", "HTTPCode_Target_4XX_Count"].map((name) => [sum(balanced, name), sum(balanced, name, "blue")])).toEqual([[1, 1], [1, 1]]);
});

it("gives each of many clients at once its own answer, with whatever body", async () => {
  const balanced = await startBalanced();
  for (const address of ["10.0.1.1", "10.0.1.2"]) await balanced.addTarget("blue", address, await serve((asked, response) => { asked.pipe(response.writeHead(200, { "x-path": asked.url ?? "" })); }));
  await balanced.addTarget("green", "10.0.1.3", answering("green"));
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  onTestFinished(() => { agent.destroy(); });
  const ask = async (index: number): Promise<string> => {
    const asking = request(`${balanced.url}/${String(index)}`, { method: "POST", agent });
    asking.end("x".repeat(index * 500));
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    return `${String(response.headers["x-path"])} ${String((await response.toArray()).join("").length)}`;
  };
  const answers = await Promise.all(Array.from({ length: 200 }, async (_item, index) => ask(index)));
  expect(answers).toEqual(Array.from({ length: 200 }, (_item, index) => `/${String(index)} ${String(index * 500)}`));
  await balanced.clock.advance(1000);
  expect(sum(balanced, "HTTPCode_Target_2XX_Count", "blue")).toBe(200);
});
