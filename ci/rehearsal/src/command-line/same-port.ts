import { once } from "node:events";
import { createServer } from "node:net";
import { keptSettings } from "./run-settings.ts";

/**
 * Where any port will do, the one that this state had before, if it is free:
 * image references of what runs name it, and would look like other images.
 */
export async function samePort({ state, host, port }: { readonly state: string; readonly host: string; readonly port: number }): Promise<number> {
  const before = port === 0 ? (await keptSettings(state))?.lastPort : undefined;
  return before !== undefined && (await isFree(host, before)) ? before : port;
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
