import { expect, it } from "vitest";
import { container, task } from "./container-specs.ts";
import { containerMachine } from "./container-test-machine.ts";
import { byEachEngine } from "./engines.ts";

const sleeping = "setInterval(() => undefined, 1000)";
const greedy = "const kept = []; setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 5)";
const deaf = `process.on("SIGTERM", () => console.log("asked to end")); console.log("runs"); ${sleeping}`;

byEachEngine("how a container ends", (provided) => {
  it("tells a container that the kernel killed for its memory from one that somebody killed", async () => {
    const { start, image } = containerMachine(await provided());
    const { recorder } = start(
      task(
        container("greedy", image, greedy, { memoryMb: 64, essential: false }),
        container("killed", image, `process.kill(process.pid, "SIGKILL")`, { essential: false, initProcessEnabled: true }),
        container("last", image, "", { dependsOn: [{ containerName: "greedy", condition: "COMPLETE" }, { containerName: "killed", condition: "COMPLETE" }] }),
      ),
    );
    await recorder.end();
    expect(recorder.events.filter((event) => event.includes("STOPPED")).toSorted()).toEqual(["greedy STOPPED 137 OutOfMemoryError: Container killed due to memory usage", "killed STOPPED 137", "last STOPPED 0"]);
  });

  it("asks with SIGTERM, waits for the container's time, and kills", async () => {
    const { start, image } = containerMachine(await provided());
    const { recorder, running } = start(task(container("deaf", image, deaf, { stopTimeout: 1 })));
    await recorder.until(() => recorder.lines.includes("deaf: runs"));
    await running.stop("UserInitiated", "enough");
    expect(recorder.lines).toEqual(["deaf: runs", "deaf: asked to end"]);
    expect(recorder.events.at(-1)).toBe("deaf STOPPED 137");
    expect(recorder.stop).toEqual({ code: "UserInitiated", reason: "enough" });
  });

  it("makes one container alone exit with a code: the task goes on, unless it is essential", async () => {
    const { start, image, left, defects } = containerMachine(await provided());
    const { recorder, running } = start(task(container("web", image, `process.on("SIGTERM", () => process.exit(0)); ${sleeping}`), container("sidecar", image, sleeping, { essential: false })));
    running.exit("sidecar", 9);
    await recorder.until(() => ["web", "sidecar"].every((name) => recorder.events.includes(`${name} RUNNING`)));
    running.exit("sidecar", 3);
    await recorder.event("sidecar STOPPED 3");
    running.exit("sidecar", 4);
    expect(recorder.stop).toBeUndefined();
    running.exit("web", 42);
    expect(await recorder.end()).toEqual({ code: "EssentialContainerExited", reason: "Essential container in task exited" });
    expect(recorder.events.slice(-2)).toEqual(["sidecar STOPPED 3", "web STOPPED 42"]);
    expect([await left(), defects]).toEqual([[], []]);
  });

  it("starts what depends on a container's end, whatever its code, or on its success alone", async () => {
    const { start, image } = containerMachine(await provided());
    const { recorder } = start(
      task(
        container("fails", image, "process.exit(1)", { essential: false }),
        container("after", image, "console.log('goes on')", { essential: false, dependsOn: [{ containerName: "fails", condition: "COMPLETE" }] }),
        container("last", image, sleeping, { dependsOn: [{ containerName: "after", condition: "SUCCESS" }] }),
        container("never", image, sleeping, { dependsOn: [{ containerName: "fails", condition: "SUCCESS" }, { containerName: "last", condition: "START" }] }),
      ),
    );
    expect(await recorder.end()).toEqual({ code: "TaskFailedToStart", reason: "Container fails exited with code 1, and others depend on its success." });
    expect(recorder.events.indexOf("fails STOPPED 1")).toBeLessThan(recorder.events.indexOf("after RUNNING"));
  });

  it("does not start what depends on the health of a container that ends before", async () => {
    const { start, image } = containerMachine(await provided());
    const healthCheck = { command: ["CMD", "false"], interval: 5, timeout: 5, retries: 3, startPeriod: 0 };
    const { recorder } = start(task(container("ill", image, "setTimeout(() => undefined, 300)", { essential: false, healthCheck }), container("web", image, sleeping, { dependsOn: [{ containerName: "ill", condition: "HEALTHY" }] })));
    expect(await recorder.end()).toEqual({ code: "TaskFailedToStart", reason: "Container ill exited before it was healthy, on which others depend." });
    expect(recorder.events).not.toContain("web RUNNING");
  });
});
