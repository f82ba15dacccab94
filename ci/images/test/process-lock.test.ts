import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { withProcessLock } from "../src/process-lock.ts";

const source = join(import.meta.dirname, "..", "src", "process-lock.ts");

/** Another process that takes the lock, says so, and never gives it back. */
function holder(name: string) {
  const code = `
    import { withProcessLock } from ${JSON.stringify(source)};
    await withProcessLock(${JSON.stringify(name)}, () => { console.log("held"); return new Promise(() => setInterval(() => {}, 1e6)); });`;
  return execa(process.execPath, ["--input-type=module", "--eval", code], { reject: false, buffer: false });
}

describe.runIf(process.platform === "linux")("withProcessLock", () => {
  test("lets work of one name run one after the other, of two names side by side", async () => {
    const name = randomUUID();
    const order: string[] = [];
    const inside = Promise.withResolvers<undefined>();
    const first = withProcessLock(name, async () => {
      order.push("first begins");
      await inside.promise;
      order.push("first ends");
    });
    const second = withProcessLock(name, () => Promise.resolve(order.push("second")), { onWait: () => { inside.resolve(undefined); } });
    await withProcessLock(randomUUID(), () => Promise.resolve());
    await Promise.all([first, second]);
    expect(order).toEqual(["first begins", "first ends", "second"]);
  });

  test("goes on when the process that holds it is killed", async () => {
    const name = randomUUID();
    const other = holder(name);
    await once(other.stdout, "data");
    const waits: string[] = [];
    const done = withProcessLock(name, () => Promise.resolve("mine"), {
      onWait: () => {
        waits.push("waiting");
        other.kill("SIGKILL");
      },
    });
    expect(await done).toBe("mine");
    expect(waits).toEqual(["waiting"]);
  });

  test("stops waiting when the caller cancels", async () => {
    const name = randomUUID();
    const other = holder(name);
    await once(other.stdout, "data");
    const controller = new AbortController();
    const onWait = () => { controller.abort(new Error("enough")); };
    await expect(withProcessLock(name, () => Promise.resolve(), { signal: controller.signal, onWait })).rejects.toThrow("enough");
    other.kill("SIGKILL");
    await other;
  });

  test("is given back when the work fails", async () => {
    const name = randomUUID();
    await expect(withProcessLock(name, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await withProcessLock(name, () => Promise.resolve("again"))).toBe("again");
  });
});
