import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ContainerProgram } from "../../src/tasks/containers/container-program.ts";
import { ownerOf } from "../../src/tasks/containers/owner.ts";
import { sweepAbandoned } from "../../src/tasks/containers/sweep.ts";
import { address, container, task } from "./container-specs.ts";
import { containerMachine, imageDeclaring } from "./container-test-machine.ts";
import { byEachEngine } from "./engines.ts";
import { Recorder } from "./recorder.ts";

/** Ends at SIGTERM with 0, as a good service does. */
const obedient = `process.on("SIGTERM", () => process.exit(0));`;
const backend = `${obedient} const fs = require("fs");
require("http").createServer((request, response) => { if (request.url === "/sicken") fs.rmSync("/tmp/well"); response.end("backend"); })
  .listen(3001, "127.0.0.1", () => { fs.writeFileSync("/tmp/well", ""); console.log("backend listens"); });`;
const web = `${obedient} const dns = require("dns").promises;
const known = (name) => dns.lookup(name).then(() => true, () => false);
require("http").createServer(async (request, response) => {
  const answer = await (await fetch("http://localhost:3001" + request.url)).text();
  response.end(JSON.stringify({ answer, names: [await known("backend"), await known("localhost")], secret: process.env.SECRET, home: process.env.HOME }));
}).listen(8080, () => console.log("web listens"));`;
const healthCheck = { command: ["CMD-SHELL", "test -e /tmp/well"], interval: 5, timeout: 5, retries: 2, startPeriod: 0 };
const sleeping = "setInterval(() => undefined, 1000)";

const commandLines = (): string =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((pid) => { try { return readFileSync(`/proc/${pid}/cmdline`, "utf8"); } catch { return ""; } }).join("\n");

byEachEngine("a task as containers", (provided) => {
  it("starts containers in order on one localhost, tells their health, and leaves nothing behind", async () => {
    const { provider, network, clock, image, left, defects } = containerMachine(await provided());
    const recorder = new Recorder();
    const secret = "first line\nand a second";
    const running = provider.start(
      task(
        container("web", image, web, { containerPorts: [8080], environment: { SECRET: secret, HOME: "/srv" }, readonlyRootFilesystem: true, initProcessEnabled: true, dependsOn: [{ containerName: "backend", condition: "HEALTHY" }] }),
        container("backend", image, backend, { healthCheck, memoryMb: 256 }),
      ),
      recorder,
    );
    await recorder.event("backend RUNNING");
    await recorder.until(() => recorder.lines.includes("backend: backend listens"));
    expect(recorder.events).toEqual(["web PENDING", "backend PENDING UNKNOWN", "backend RUNNING"]);
    expect(network.resolve(address, 8080)).toBeUndefined();

    await clock.runUntil(() => recorder.events.includes("backend RUNNING HEALTHY"));
    await recorder.until(() => recorder.lines.includes("web: web listens"));
    const endpoint = network.resolve(address, 8080);
    if (endpoint?.kind !== "tcp") throw new Error("the port leads nowhere");
    const get = async (path: string): Promise<unknown> => (await fetch(`http://${endpoint.host}:${String(endpoint.port)}${path}`)).json();
    expect(await get("/")).toEqual({ answer: "backend", names: [false, true], secret, home: "/srv" });
    expect(commandLines()).not.toContain("and a second");

    await get("/sicken");
    const sinceMs = clock.now();
    await clock.runUntil(() => recorder.events.includes("backend RUNNING UNHEALTHY"));
    expect(clock.now() - sinceMs).toBeGreaterThanOrEqual(5000);

    await running.stop("ServiceSchedulerInitiated", "Scaling activity initiated by a deployment");
    expect(recorder.events.slice(-2)).toEqual(["web STOPPED 0", "backend STOPPED 0"]);
    expect(recorder.stop).toEqual({ code: "ServiceSchedulerInitiated", reason: "Scaling activity initiated by a deployment" });
    expect(network.resolve(address, 8080)).toBeUndefined();
    expect(await left()).toEqual([]);
    expect(defects).toEqual([]);
  });

  it("stops the task when an essential container exits; one that does not listen is killed after its time", async () => {
    const { provider, image, left } = containerMachine(await provided());
    const recorder = new Recorder();
    provider.start(
      task(
        container("migration", image, "console.log('migrated')", { essential: false }),
        container("deaf", image, sleeping, { stopTimeout: 1, dependsOn: [{ containerName: "migration", condition: "SUCCESS" }] }),
        container("short", image, "process.exit(3)", { dependsOn: [{ containerName: "deaf", condition: "START" }] }),
      ),
      recorder,
    );
    expect(await recorder.end()).toEqual({ code: "EssentialContainerExited", reason: "Essential container in task exited" });
    expect(recorder.events.filter((event) => !event.includes("PENDING"))).toEqual(["migration RUNNING", "migration STOPPED 0", "deaf RUNNING", "short RUNNING", "short STOPPED 3", "deaf STOPPED 137"]);
    expect(recorder.lines).toContain("migration: migrated");
    expect(await left()).toEqual([]);
  });

  it("notices a container that somebody else kills", async () => {
    const { provider, image, cli, left } = containerMachine(await provided());
    const recorder = new Recorder();
    provider.start(task(container("victim", image, sleeping)), recorder);
    await recorder.event("victim RUNNING");
    const name = (await left()).find((each) => each.endsWith("-victim")) ?? "";
    await cli.run(["kill", name]);
    expect(await recorder.end()).toEqual({ code: "EssentialContainerExited", reason: "Essential container in task exited" });
    expect(recorder.events).toContain("victim STOPPED 137");
  });

  it("does not start a task whose image, program or dependency is missing, and says why", async () => {
    const { provider, image, left } = containerMachine(await provided());
    const reasonOf = async (...containers: Parameters<typeof task>): Promise<string> => {
      const recorder = new Recorder();
      provider.start(task(...containers), recorder);
      const stop = await recorder.end();
      expect(stop?.code).toBe("TaskFailedToStart");
      return stop?.reason ?? "";
    };
    const [image_, program, dependency] = await Promise.all([
      reasonOf(container("web", "registry.example/none:1", "")),
      reasonOf(container("web", image, "", { entryPoint: ["/no/such/program"] })),
      reasonOf(container("migration", image, "process.exit(1)", { essential: false }), container("web", image, sleeping, { dependsOn: [{ containerName: "migration", condition: "SUCCESS" }] })),
    ]);
    expect(image_).toBe("CannotPullContainerError: pull image manifest has been retried 1 time(s): registry.example/none:1: not found");
    expect(program).toMatch(/^CannotStartContainerError: .*no such file or directory/);
    expect(dependency).toBe("Container migration exited with code 1, and others depend on its success.");
    expect(await left()).toEqual([]);
  });

  it("loads an image of the registry only where this machine has none of that content", async () => {
    const here = await provided();
    const id = (await here.engine.cli.run(["image", "inspect", "--format", "{{.Id}}", here.image])).stdout.trim();
    const asked: string[] = [];
    const stopOf = async (image: string, imageId: string) => {
      const write = async (): Promise<string> => {
        asked.push(image);
        return Promise.reject(new Error("no such blob"));
      };
      const { start } = containerMachine(here, { archiveOf: () => ({ loadedAs: "rehearsal.invalid/absent:1", imageId: async () => Promise.resolve(imageId), write }) });
      return start(task(container("web", image, ""))).recorder.end();
    };
    expect(await stopOf("registry.example/here", `sha256:${id.replace("sha256:", "")}`)).toMatchObject({ code: "EssentialContainerExited" });
    expect(await stopOf("registry.example/elsewhere", `sha256:${"0".repeat(64)}`)).toMatchObject({ code: "TaskFailedToStart", reason: expect.stringContaining("no such blob") as string });
    expect(asked).toEqual(["registry.example/elsewhere"]);
  });

  it("gives a task scratch volumes: its containers share them, and only root may write where the image declares none", async () => {
    const { provider, image, left } = containerMachine(await provided());
    const declaring = await imageDeclaring(await provided(), "/scratch");
    const write = (path: string): string => `try { require("fs").writeFileSync("${path}", "x"); console.log("wrote"); } catch (error) { console.log(error.code); }`;
    const mounts = (path: string, changes = {}): { mounts: { volume: string; path: string; readOnly: boolean }[] } => ({ mounts: [{ volume: "data", path, readOnly: false, ...changes }] });
    const first = new Recorder();
    provider.start(
      task(
        container("root", image, write("/data/a"), { ...mounts("/data"), readonlyRootFilesystem: true, essential: false }),
        container("other", image, write("/data/b"), { ...mounts("/data"), user: "1000", essential: false }),
        container("reader", image, `${write("/shared/c")} console.log(require("fs").readdirSync("/shared").join());`, { ...mounts("/shared", { readOnly: true }), dependsOn: [{ containerName: "root", condition: "SUCCESS" }, { containerName: "other", condition: "SUCCESS" }] }),
      ),
      first,
    );
    const second = new Recorder();
    provider.start(task(container("declared", declaring, `${write("/scratch/a")} console.log(/^CapBnd:\\s*0+$/m.test(require("fs").readFileSync("/proc/self/status", "utf8")))`, { ...mounts("/scratch"), user: "1000", readonlyRootFilesystem: true, droppedCapabilities: ["ALL"] })), second);
    await Promise.all([first.end(), second.end()]);
    expect([...first.lines].toSorted()).toEqual(["other: EACCES", "reader: EROFS", "reader: a", "root: wrote"]);
    expect(second.lines).toEqual(["declared: wrote", "declared: true"]);
    expect(await left()).toEqual([]);
  });

  it("stop() ends a task at once that is being stopped in turn", async () => {
    const { provider, image, left, defects } = containerMachine(await provided());
    const recorder = new Recorder();
    const running = provider.start(
      task(
        container("proxy", image, `process.on("SIGTERM", () => console.log("asked to stop")); console.log("listens"); ${sleeping}`, { stopTimeout: 120, dependsOn: [{ containerName: "backend", condition: "START" }] }),
        container("backend", image, sleeping, { stopTimeout: 120, dependsOn: [{ containerName: "database", condition: "START" }] }),
        container("database", image, sleeping, { stopTimeout: 120 }),
      ),
      recorder,
    );
    await recorder.until(() => recorder.lines.includes("proxy: listens"));
    const stopping = running.stop("ServiceSchedulerInitiated", "Scaling activity initiated by a deployment");
    await recorder.until(() => recorder.lines.includes("proxy: asked to stop"));
    await provider.stop();
    await stopping;
    expect([await left(), defects]).toEqual([[], []]);
  });

  it("stop() ends what still starts, and a sweep takes what dead processes left but nothing of living ones", async () => {
    const dead = spawn("true");
    const owner = ownerOf(dead.pid ?? 0);
    await once(dead, "exit");
    const [living, abandoned] = [containerMachine(await provided()), containerMachine(await provided())];
    const [recorder, unheard] = [new Recorder(), new Recorder()];
    living.provider.start(task(container("web", living.image, sleeping)), recorder);
    await recorder.event("web RUNNING");
    const { cli, program } = abandoned;
    const labels = ["--label", `gitops.rehearsal=${abandoned.options.rehearsalId}`, "--label", `gitops.rehearsal.owner=${owner}`];
    if (program === "podman") await cli.run(["pod", "create", ...labels]);
    await cli.run(["create", ...labels, living.image, "true"]);
    await cli.run(["volume", "create", ...labels]);
    expect(await abandoned.left()).not.toEqual([]);
    await sweepAbandoned(new ContainerProgram(living.options), living.options.rehearsalId);
    expect(await abandoned.left()).toEqual([]);
    expect(await living.left()).not.toEqual([]);

    living.provider.start(task(container("late", living.image, sleeping)), unheard);
    await living.provider.stop();
    expect(await living.left()).toEqual([]);
    expect([recorder.stop, unheard.stop, living.defects]).toEqual([undefined, undefined, []]);
  });
});
