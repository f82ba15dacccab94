import { performance } from "node:perf_hooks";
import { randomBytes } from "node:crypto";
import { machineTime } from "../../src/clock/machine-time.ts";
import { ScaledClock } from "../../src/clock/scaled-clock.ts";
import { Network } from "../../src/network/network.ts";
import { ContainerTaskProvider } from "../../src/tasks/container-task-provider.ts";
import { container, task } from "./container-specs.ts";
import { Recorder } from "./recorder.ts";

/** `node four-containers.bench.ts podman IMAGE`: how long a task of four containers takes to start and to go, side by side and one after another, in milliseconds. */
const [program, image = ""] = process.argv.slice(2);
if (program !== "podman" && program !== "docker") throw new Error("podman or docker?");
const obedient = `process.on("SIGTERM", () => process.exit(0)); require("http").createServer((q, a) => a.end()).listen(`;
const clock = new ScaledClock({ startMs: machineTime.wallMs(), speed: 1, machine: machineTime, onError: (error) => { throw error; } });
const provider = new ContainerTaskProvider({ program, env: process.env, rehearsalId: randomBytes(8).toString("hex"), ownerPid: process.pid, network: new Network(), clock, onDefect: (error) => { throw error; } });
const names = ["one", "two", "three", "four"];
const healthCheck = { command: ["CMD-SHELL", "exit 0"], interval: 5, timeout: 5, retries: 3, startPeriod: 0 };

for (const kind of ["side by side", "in a row, by START", "in a row, by HEALTHY"] as const) {
  for (const round of [1, 2, 3]) {
    const recorder = new Recorder();
    const containers = names.map((name, index) => {
      const before = names[index - 1];
      const dependsOn = before === undefined || kind === "side by side" ? [] : [{ containerName: before, condition: kind.endsWith("HEALTHY") ? ("HEALTHY" as const) : ("START" as const) }];
      return container(name, image, `${obedient}${String(8080 + index)})`, { containerPorts: [8080 + index], dependsOn, ...(kind.endsWith("HEALTHY") ? { healthCheck } : {}) });
    });
    const startMs = performance.now();
    const running = provider.start(task(...containers), recorder);
    await recorder.until(() => names.every((name) => recorder.events.includes(`${name} RUNNING`)));
    const upMs = performance.now() - startMs;
    await recorder.until(() => !kind.endsWith("HEALTHY") || names.every((name) => recorder.events.includes(`${name} RUNNING HEALTHY`)));
    const healthyMs = performance.now() - startMs;
    const stopMs = performance.now();
    await running.stop("UserInitiated", "measured");
    process.stdout.write(`${program}, ${kind}, ${String(round)}: all run ${upMs.toFixed(0)}, all healthy ${healthyMs.toFixed(0)}, gone ${(performance.now() - stopMs).toFixed(0)}\n`);
  }
}
await provider.stop();
clock.stop();
