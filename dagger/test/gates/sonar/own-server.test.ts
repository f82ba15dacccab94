import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownGate, ownServer, serverScript } from "../../../src/gates/sonar/own-server.ts";

let folder: string;
let started: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "server-"));
});
afterEach(async () => {
  // Its whole group: a test that fails leaves no server behind.
  try {
    if (started?.pid !== undefined) process.kill(-started.pid, "SIGKILL");
  } catch {
    // It has ended, with all that it had started.
  }
  started = undefined;
  await rm(folder, { recursive: true });
});

/** The service's script, round a server of the test's own that says "up" when it runs. */
async function start(server: string, idleSeconds: number): Promise<{ child: ChildProcess; ended: Promise<unknown[]>; printed: () => string }> {
  await writeFile(join(folder, "entrypoint.sh"), `#!/bin/sh\n${server}\n`, { mode: 0o755 });
  await writeFile(join(folder, "access.log"), "");
  const script = serverScript(idleSeconds, 1).replaceAll("/opt/sonarqube/docker", folder).replaceAll("/opt/sonarqube/logs", folder);
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  started = child;
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  // When nobody holds its output any more: what watches the server ends too.
  const ended = once(child, "close");
  await once(child.stdout, "data");
  return { child, ended, printed: () => printed };
}

/** Like the real one: it takes a moment to stop, and says that it did. */
const server = "trap 'echo stopped; exit 0' TERM\necho up\nwhile :; do sleep 1 & wait $!; done";

describe("the service of our own server", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("stops the server in good order at %s, and ends after it", async (signal) => {
    const { child, ended, printed } = await start(`trap 'sleep 1; touch "${folder}/stopped"; echo stopped; exit 0' TERM\necho up\nwhile :; do sleep 1 & wait $!; done`, 1000);
    child.kill(signal);
    await once(child, "exit");
    expect(await readdir(folder)).toContain("stopped");
    await ended;
    expect(printed()).toBe("up\nstopped\n");
  });

  it("ends when the server does, with its exit code", async () => {
    const { ended } = await start("echo up\nexit 7", 1000);
    expect(await ended).toEqual([7, null]);
  });

  it("stops the server when nobody has asked it anything for a while", async () => {
    const { ended, printed } = await start(server, 1);
    await ended;
    expect(printed()).toBe("up\nNot used for a while: it stops.\nstopped\n");
  });

  it("goes on as long as its log of requests is young", async () => {
    // A server that is asked once more after its time would have been over.
    const { child, ended, printed } = await start(`( sleep 2; echo GET >>"${folder}/access.log"; sleep 2; echo later ) &\n${server}`, 3);
    while (!printed().includes("later")) await once(child.stdout ?? child, "data");
    expect(printed()).toBe("up\nlater\n");
    await ended;
    expect(printed()).toContain("it stops.\nstopped\n");
  });

  it("does not take the age of an earlier run's log for its own", async () => {
    const { ended, printed } = await start(`touch -t 202001010000 "${folder}/access.log"\n( sleep 2; echo later ) &\n${server}`, 3);
    await ended;
    expect(printed()).toBe("up\nlater\nNot used for a while: it stops.\nstopped\n");
  });

  it("is one that is kept, has no secret in its environment, and keeps its data by its version", () => {
    expect(ownServer).toMatchObject({ kept: true, port: 9000, caches: { "/opt/sonarqube/data": expect.stringMatching(/^sonarqube-data-\d+\.\d+/) as string } });
    expect(JSON.stringify([ownServer.env, ownServer.argv])).not.toMatch(/passw|token|secret/i);
  });
});

describe("ownGate", () => {
  it("is another gate when a limit is another", () => {
    const names = [{ coverage: 80, duplication: 3 }, { coverage: 81, duplication: 3 }, { coverage: 80, duplication: 5 }].map((limits) => ownGate({ ...limits, cognitiveComplexity: 15 }).name);
    expect(new Set(names).size).toBe(3);
  });

  it("judges the whole code, and new code by the same limits", () => {
    expect(ownGate({ coverage: 70, duplication: 4, cognitiveComplexity: 15 }).conditions.map(({ metric, op, error }) => `${metric} ${op} ${error}`)).toEqual([
      "bugs GT 0",
      "vulnerabilities GT 0",
      "security_hotspots_reviewed LT 100",
      "coverage LT 70",
      "duplicated_lines_density GT 4",
      "new_coverage LT 70",
      "new_duplicated_lines_density GT 4",
    ]);
  });
});
