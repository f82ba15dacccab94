import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { FaultyAnswer, GivenServer } from "./sonar-cases.ts";
import type { GivenSonar } from "./sonar-given-server.ts";

/** Stands before the server, hands everything through, and spoils what the case says. */
export async function startFaultProxy(server: GivenSonar, project: string, fault: NonNullable<GivenServer["fault"]>): Promise<{ host: string; close: () => Promise<void> }> {
  let passed = 0;
  if (fault.answer === "task-cancelled") await server.ask("POST", "api/ce/pause");
  const proxy = createServer((incoming, answer) => {
    const isSpoilt = (incoming.url ?? "").startsWith(fault.path) && passed++ >= (fault.after ?? 0);
    if (!isSpoilt) handThrough(server.host, incoming, answer);
    else void spoil(fault.answer, { server, project, incoming, answer });
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return {
    host: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    close: async () => {
      if (fault.answer === "task-cancelled") await server.ask("POST", "api/ce/resume");
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

function handThrough(host: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const onward = request(`${host}${incoming.url ?? "/"}`, { method: incoming.method, headers: incoming.headers }, (from) => {
    answer.writeHead(from.statusCode ?? 502, from.headers);
    from.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  incoming.pipe(onward);
}

interface Spoilt {
  readonly server: GivenSonar;
  readonly project: string;
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
}

async function spoil(kind: FaultyAnswer, { server, project, incoming, answer }: Spoilt): Promise<void> {
  switch (kind) {
    case "500":
      answer.writeHead(500, { "Content-Type": "application/json" }).end('{"errors":[{"msg":"An error has occurred. Please contact your administrator"}]}');
      return;
    case "html":
      answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><html><head><title>Sign in</title></head><body>Sign in to go on</body></html>");
      return;
    case "redirect":
      answer.writeHead(302, { Location: `https://login.example${incoming.url ?? "/"}` }).end();
      return;
    case "hang":
      return;
    case "drop":
      answer.destroy();
      return;
    case "project-deleted":
      await server.ask("POST", "api/projects/delete", { project });
      break;
    case "task-cancelled":
      await server.ask("POST", "api/ce/cancel", { id: new URL(incoming.url ?? "/", server.host).searchParams.get("id") ?? "" });
  }
  handThrough(server.host, incoming, answer);
}
