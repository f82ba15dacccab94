import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { StepService } from "../../../../dagger/src/engine/engine.ts";
import { removeContainers } from "../../src/engine/container-name.ts";
import { containerEngine, openEngine, provide, shellStep, stepErrorOf, testService, unending } from "../support/local-engine.ts";
import { containersLeftBy } from "../support/left-behind.ts";
import { scratchFolder, scratchRepository } from "../support/scratch.ts";

/** Servers beside a step, in real containers on one network. */

const echo = `require("node:http").createServer((request, response) => response.end(process.env.ANSWER + " " + process.pid)).listen(Number(process.env.PORT), "0.0.0.0")`;

const service = (name: string, port: number, changes: Partial<StepService> = {}): StepService => ({
  name,
  image: "node",
  argv: ["node", "-e", echo],
  env: { ANSWER: `this is ${name}`, PORT: String(port) },
  port,
  caches: {},
  memoryMb: 256,
  startTimeoutMs: 60_000,
  kept: false,
  ...changes,
});

const ask = (...urls: string[]): string => `node -e 'Promise.all(${JSON.stringify(urls)}.map(async (url) => (await fetch(url)).text())).then((texts) => console.log(texts.join("; ")))'`;

const keptNames: string[] = [];
afterAll(async () => {
  const { cli } = await containerEngine();
  for (const name of keptNames) {
    const { stdout } = await cli.run(["ps", "--all", "--filter", `name=gitops-kept-${name}`, "--format", "{{.Names}}"]);
    await removeContainers(cli, stdout.split("\n").filter(Boolean));
  }
});

describe("services beside a step", () => {
  it("are there when it begins, each by its name, and are gone when it has ended", async () => {
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const step = shellStep(ask("http://database:5432", "http://queue:5672"), { services: [service("database", 5432), service("queue", 5672)] });
    const { commands } = await engine.run(step, unending);
    expect(commands[0]?.stdout).toMatch(/^this is database \d+; this is queue \d+\n$/);
    expect(await containersLeftBy(process.pid)).toEqual([]);
  });

  it("give a step no way to the outside", async () => {
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const { commands } = await engine.run(shellStep("ls /sys/class/net", { services: [service("database", 5432)] }), unending);
    expect(commands[0]?.stdout).toBe("lo\n");
  });

  it("are not started for a step whose result is known, and are part of what it is known by", async () => {
    const [root, home] = [await scratchRepository({ "a.txt": "a" }), await scratchFolder("cache")];
    const step = (changes: Partial<StepService> = {}) => shellStep(ask("http://database:5432"), { services: [service("database", 5432, changes)] });
    const first = await (await openEngine(root, { home })).engine.run(step(), unending);
    const again = await (await openEngine(root, { home })).engine.run(step(), unending);
    expect([first.cached, again.cached]).toEqual([false, true]);
    expect(again.commands).toEqual(first.commands);
    const other = await (await openEngine(root, { home })).engine.run(step({ env: { ANSWER: "another", PORT: "5432" } }), unending);
    expect(other.cached).toBe(false);
  });

  it("are named as stand-ins where they are, also when the result is known", async () => {
    const [root, home] = [await scratchRepository({ "a.txt": "a" }), await scratchFolder("cache")];
    const node = await provide("node", unending);
    const overrides = { home, provide: async (image: string) => Promise.resolve({ ...node, standIn: image === "postgres" }) };
    const step = shellStep("true", { services: [service("database", 5432, { image: "postgres" })] });
    for (const cached of [false, true]) expect(await (await openEngine(root, overrides)).engine.run(step, unending)).toMatchObject({ cached, standIns: [node.reference] });
  });

  it("one that ends before it listens is the step's failure, in its own last words, and nothing stays", async () => {
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const broken = service("queue", 5672, { argv: ["sh", "-c", "echo no space for the queue >&2; exit 3"] });
    const error = await stepErrorOf(engine.run(shellStep("true", { services: [service("database", 5432), broken] }), unending));
    expect(error).toMatchObject({ code: "TOOL_FAILED", message: "The service queue ended before it listened on port 5672: no space for the queue" });
    expect(await containersLeftBy(process.pid)).toEqual([]);
  });

  it("one that never listens is given up after its time", async () => {
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const silent = service("database", 5432, { argv: ["sh", "-c", "echo waiting for nobody; exec sleep 600"], startTimeoutMs: 500 });
    const error = await stepErrorOf(engine.run(shellStep("true", { services: [silent] }), unending));
    expect(error).toMatchObject({ code: "TIMED_OUT", message: "The service database does not listen on port 5432 after 1 s: waiting for nobody" });
    expect(await containersLeftBy(process.pid)).toEqual([]);
  });
});

describe("a kept service", () => {
  const kept = (name: string, changes: Partial<StepService> = {}): StepService => {
    keptNames.push(name);
    return service(name, 9000, { kept: true, ...changes });
  };

  it("goes on after the step and serves the next run, and two steps at once", async () => {
    const root = await scratchRepository({ "a.txt": "a" });
    const server = kept(testService());
    const pidOf = async (script: string): Promise<string> => (await (await openEngine(root)).engine.run(shellStep(`${script}; ${ask(`http://${server.name}:9000`)}`, { services: [server] }), unending)).commands[0]?.stdout.split(" ").at(-1) ?? "";
    const { engine } = await openEngine(root);
    const both = await Promise.all(["true", ":"].map(async (script) => engine.run(shellStep(`${script}; ${ask(`http://${server.name}:9000`)}`, { services: [server] }), unending)));
    const pids = both.map((result) => result.commands[0]?.stdout.split(" ").at(-1));
    expect(pids[0]).toMatch(/^\d+\n$/);
    expect([pids[1], await pidOf("echo -n")]).toEqual([pids[0], pids[0]]);
    const { cli } = await containerEngine();
    expect((await cli.run(["ps", "--filter", `name=gitops-kept-${server.name}`, "--format", "{{.Names}}"])).stdout.trim().split("\n")).toHaveLength(1);
  });

  it("that has ended is started again", async () => {
    const root = await scratchRepository({ "a.txt": "a" });
    const server = kept(testService());
    const run = async (script: string) => (await openEngine(root)).engine.run(shellStep(`${script}; ${ask(`http://${server.name}:9000`)}`, { services: [server] }), unending);
    await run("true");
    const { cli } = await containerEngine();
    const name = (await cli.run(["ps", "--filter", `name=gitops-kept-${server.name}`, "--format", "{{.Names}}"])).stdout.trim();
    await cli.run(["stop", "--time", "0", name]);
    expect((await run("echo again")).commands[0]?.stdout).toContain("this is");
  });

  it("whose processes were killed, and which the engine goes on to call running, is started again", async () => {
    const root = await scratchRepository({ "a.txt": "a" });
    const server = kept(testService());
    const run = async (script: string) => (await openEngine(root)).engine.run(shellStep(`${script}; ${ask(`http://${server.name}:9000`)}`, { services: [server] }), unending);
    await run("true");
    const { cli } = await containerEngine();
    const state = async (format: string): Promise<string> => (await cli.run(["inspect", "--format", format, (await cli.run(["ps", "--filter", `name=gitops-kept-${server.name}`, "--format", "{{.Names}}"])).stdout.trim()])).stdout.trim();
    // Its monitor first, where it has one of its own: nobody is left to tell.
    const format = cli.program === "podman" ? "{{.State.ConmonPid}} {{.State.Pid}}" : "{{.State.Pid}}";
    for (const pid of (await state(format)).split(" ")) process.kill(Number(pid), "SIGKILL");
    if (cli.program === "podman") expect(await state("{{.State.Running}}")).toBe("true");
    expect((await run("echo again")).commands[0]?.stdout).toContain("this is");
  });

  it("of an earlier definition ends in good order before one of another takes over its files, and no other's does", async () => {
    const root = await scratchRepository({ "a.txt": "a" });
    const name = testService();
    const cache = `test-${name}`;
    const writing = (word: string): Partial<StepService> => ({
      caches: { "/data": cache },
      env: { ANSWER: word, PORT: "9000" },
      argv: ["sh", "-c", `node -e '${echo}' & server=$!; trap 'echo ${word} ended >>/data/log; kill $server; exit' TERM; echo ${word} began >>/data/log; wait`],
    });
    const { cli } = await containerEngine();
    onTestFinished(async () => {
      await removeContainers(cli, await running());
      await cli.run(["volume", "rm", "--force", `gitops-cache-${cache}`], { accept: "any" });
    });
    const running = async (): Promise<string[]> => (await cli.run(["ps", "--filter", `name=gitops-kept-${name}`, "--format", "{{.Names}}"])).stdout.split("\n").filter(Boolean);
    const bystander = kept(`${name}-b`, { caches: { "/data": `${cache}-b` } });
    const run = async (server: StepService, script: string) => (await openEngine(root)).engine.run(shellStep(script, { services: [server], caches: { "/data": cache } }), unending);
    await run(bystander, "true");
    await run(kept(name, writing("one")), "true");
    const { commands } = await run(kept(name, writing("two")), "cat /data/log");
    expect(commands[0]?.stdout).toBe("one began\none ended\ntwo began\n");
    expect(await running()).toHaveLength(2);
    await cli.run(["volume", "rm", "--force", `gitops-cache-${cache}-b`], { accept: "any" });
  });

  it("is started ahead while what comes before is not known, and not when it is", async () => {
    const [root, home] = [await scratchRepository({ "a.txt": "a" }), await scratchFolder("cache")];
    const before = shellStep("cat a.txt", { files: [{ from: "tree", path: ".", to: "/work" }] });
    const server = kept(testService());
    expect(await (await openEngine(root, { home })).engine.startAhead([server], [before], unending)).toBe("started");
    await (await openEngine(root, { home })).engine.run(before, unending);
    expect(await (await openEngine(root, { home })).engine.startAhead([kept(testService())], [before], unending)).toBe("not started");
  });

  it("that cannot be started ahead fails nobody yet", async () => {
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const broken = kept(testService(), { argv: ["sh", "-c", "exit 3"] });
    expect(await engine.startAhead([broken], [shellStep("true")], unending)).toBe("not started");
  });
});
