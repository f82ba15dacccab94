import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { basename } from "node:path";
import { z } from "zod";
import { RehearsalError } from "../rehearsal-error.ts";
import { urlOf } from "../server/http-server.ts";
import { isNamed } from "../server/own-request.ts";
import { pathOf } from "../server/request-path.ts";
import type { TimelineEntry } from "../timeline.ts";

const entrySchema = z.object({ number: z.number().int().positive(), at: z.iso.datetime(), actor: z.string(), what: z.string(), detail: z.record(z.string(), z.json()) });

/** Serves the page with a rehearsal that is over, read-only, until it is closed. Throws RehearsalError for a file that cannot be played, and PORT_TAKEN. */
export async function replay(file: string, port: number): Promise<{ readonly url: string; readonly server: Server }> {
  const entries = await readTimeline(file);
  const server = createServer((request, response) => {
    answer(request, response, basename(file), entries).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-type": "text/plain" }).end(`The replay itself failed: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new RehearsalError("PORT_TAKEN", `Something else listens on 127.0.0.1:${String(port)}. Nothing was started.`, "Name another --port.");
  }
  return { url: `${urlOf(server)}/_rehearsal/`, server };
}

/** Throws RehearsalError, which names the line that is broken. */
export async function readTimeline(file: string): Promise<readonly TimelineEntry[]> {
  const next = "A rehearsal writes it as timeline.ndjson into its --state folder.";
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new RehearsalError("BAD_ARGUMENTS", `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, next);
  });
  const lines = text.split("\n");
  const entries = lines.flatMap((line, index) => (line.trim() === "" ? [] : [parse(line, file, index + 1)]));
  if (entries.length === 0) throw new RehearsalError("BAD_ARGUMENTS", `${file} is empty: nothing happened in it that could be played.`, next);
  return entries;
}

function parse(line: string, file: string, number: number): TimelineEntry {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch (error) {
    const why = error instanceof z.ZodError ? `${error.issues[0]?.path.map(String).join(".") ?? ""}: ${error.issues[0]?.message ?? ""}` : (error as Error).message;
    throw new RehearsalError("BAD_ARGUMENTS", `Line ${String(number)} of ${file} is no entry of a timeline (${why}).`, "Take the line out, if it was cut off, and start again.");
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, name: string, entries: readonly TimelineEntry[]): Promise<void> {
  const pathname = pathOf(request);
  const json = (status: number, value: unknown): void => {
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(value));
  };
  if (!isNamed(request.headers)) json(403, { error: `${request.headers.host ?? ""} is no name of this machine.` });
  else if (request.method !== "GET") json(405, { error: "A replay can only be looked at." });
  else if (!pathname.startsWith("/_rehearsal/")) response.writeHead(308, { location: "/_rehearsal/" }).end();
  else if (pathname === "/_rehearsal/status") json(200, { replay: name });
  else if (pathname === "/_rehearsal/timeline") json(200, entries);
  else if (!(await (await import("../control/page-files.ts")).sendPage(response, pathname.slice("/_rehearsal/".length)))) json(404, { error: `A replay has nothing at ${pathname}.` });
}
