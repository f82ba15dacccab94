import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What stands for the functions that an AppSpec names: `/good` answers 200, anything else 500. Returns its address. */
export async function startHooks(): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/good" ? 200 : 500).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
