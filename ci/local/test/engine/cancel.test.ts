import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { containerEngine, openEngine, shellStep, stepErrorOf, unending } from "../support/local-engine.ts";
import { containersLeftBy } from "../support/left-behind.ts";
import { scratchFolder, scratchRepository } from "../support/scratch.ts";
import { until } from "../support/until.ts";

/** Steps that are stopped, steps side by side, and what of them can be seen from outside. */

const running = async (): Promise<string | undefined> => {
  const { cli } = await containerEngine();
  const { stdout } = await cli.run(["ps", "--format", "{{.Names}}"]);
  return stdout.split("\n").find((name) => name.includes(`-${String(process.pid)}-`));
};

describe("a cancelled step", () => {
  it("ends as CANCELLED at once, even when nothing in it obeys a signal, and leaves no container", async () => {
    const { engine, home } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const stop = new AbortController();
    const outcome = stepErrorOf(engine.run(shellStep("trap '' TERM INT HUP; while :; do sleep 1; done"), stop.signal));
    await until("the container runs", running);
    const stoppedAt = Date.now();
    stop.abort();
    const { code, message } = await outcome;
    // Far below the ten seconds that engines give a container to end by itself.
    expect(Date.now() - stoppedAt).toBeLessThan(6000);
    expect({ code, message }).toEqual({ code: "CANCELLED", message: "Cancelled." });
    expect(await containersLeftBy(process.pid)).toEqual([]);
    expect(await readdir(join(home, "steps")).catch(() => [])).toEqual([]);
  });

  it("that still waits for its turn never starts", async () => {
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const stop = new AbortController();
    const outcomes = [1, 2, 3, 4, 5, 6].map(async (n) => stepErrorOf(engine.run(shellStep(`sleep 1000; echo ${String(n)}`), stop.signal)));
    await until("a container runs", running);
    stop.abort();
    expect((await Promise.all(outcomes)).map((error) => error.code)).toEqual(Array<string>(6).fill("CANCELLED"));
    expect(await containersLeftBy(process.pid)).toEqual([]);
  });
});

describe("steps side by side", () => {
  it("are no more at once than the machine has room for", async () => {
    const { cpus, memoryBytes, ...rest } = await containerEngine();
    expect(cpus * memoryBytes).toBeGreaterThan(0);
    // Four cores, and memory for two steps.
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }), { containers: { ...rest, cpus: 4, memoryBytes: 7 * 1024 ** 3 } });
    let most = 0;
    const finished = new AbortController();
    const watching = (async () => {
      while (!finished.signal.aborted) most = Math.max(most, (await containersLeftBy(process.pid)).length);
    })();
    await Promise.all([1, 2, 3, 4, 5].map(async (n) => engine.run(shellStep(`sleep 1; echo ${String(n)}`), unending)));
    finished.abort();
    await watching;
    expect(most).toBe(2);
  });
});

describe("a secret of a step", () => {
  it("is a file that only its owner reads, and is in no command line, inspection, cache or log", async () => {
    const secret = ["a", "value", "of", "the", "test", String(process.pid)].join("-");
    const { engine, home, parts } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const go = "while [ ! -e /tmp/go ]; do sleep 0.1; done";
    const underWay = engine.run(shellStep(`stat -c %a /run/secrets/token; wc -c </run/secrets/token; env; ${go}`, { secrets: { "/run/secrets/token": secret } }), unending);
    const name = await until("the container runs", running);
    const [inspected, processes] = await Promise.all([parts.containers.cli.run(["inspect", name]), execa("ps", ["-eo", "args"])]);
    expect(processes.stdout).toContain(name);
    await parts.containers.cli.run(["exec", name, "touch", "/tmp/go"]);
    const { commands } = await underWay;
    expect(commands[0]?.stdout).toMatch(new RegExp(`^400\n${String(secret.length)}\n`));

    const entries = await readdir(join(home, "steps"));
    const cached = await Promise.all(entries.map(async (entry) => readFile(join(home, "steps", entry), "utf8")));
    expect(cached).toHaveLength(1);
    for (const [where, text] of Object.entries({ inspected: inspected.stdout, processes: processes.stdout, cached: cached.join(""), output: JSON.stringify(commands) })) {
      expect(text.includes(secret), where).toBe(false);
    }
    expect(entries.join("")).not.toContain(secret);
  });

  it("does not make another step of it: a renewed token repeats nothing", async () => {
    const root = await scratchRepository({ "a.txt": "a" });
    const home = await scratchFolder("cache");
    const withToken = (value: string) => shellStep("echo done", { secrets: { "/run/secrets/token": value } });
    await (await openEngine(root, { home })).engine.run(withToken("one"), unending);
    expect((await (await openEngine(root, { home })).engine.run(withToken("two"), unending)).cached).toBe(true);
  });
});
