import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** A JSON body when `text` is absent. */
export interface FakeAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly location?: string;
  /** `hang` never answers, `drop` closes the connection, `flood` does not end. */
  readonly instead?: "hang" | "drop" | "flood";
}

export type Routes = Readonly<Record<string, (asked: Asked) => FakeAnswer>>;

export interface FakeSonar extends AsyncDisposable {
  readonly host: string;
  readonly asked: readonly Asked[];
  readonly of: (path: string) => readonly Asked[];
}

/** The web API as far as the scan needs it, by "METHOD path"; a test replaces the answers that it is about. */
export async function startFakeSonar(routes: Routes): Promise<FakeSonar> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void read(request).then((one) => {
      asked.push(one);
      send(response, routes[`${one.method} ${one.path}`]?.(one) ?? { status: 404, body: { errors: [{ msg: `Unknown url : /${one.path}` }] } });
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    host: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    of: (path) => asked.filter((one) => one.path === path),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? "/", "http://server");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const parameters = Object.fromEntries([...url.searchParams, ...new URLSearchParams(Buffer.concat(chunks).toString("utf8"))]);
  return { method: request.method ?? "", path: url.pathname.slice(1), parameters, authorization: request.headers.authorization };
}

function send(response: ServerResponse, { status = 200, body, text, location, instead }: FakeAnswer): void {
  if (instead === "hang") return;
  if (instead === "drop") {
    response.destroy();
    return;
  }
  response.writeHead(status, { "Content-Type": text === undefined ? "application/json" : "text/html", ...(location === undefined ? {} : { Location: location }) });
  if (instead === "flood") flood(response);
  else response.end(text ?? (body === undefined ? "" : JSON.stringify(body)));
}

/** A megabyte at a time, for as long as somebody reads. */
function flood(response: ServerResponse): void {
  const more = Buffer.alloc(1024 * 1024, " ");
  const write = (): void => {
    while (!response.destroyed && response.write(more));
  };
  response.on("drain", write);
  write();
}
