import { describe, expect, it } from "vitest";
import type { Check, CheckResult, Lane } from "../../src/check/check.ts";
import { runLanes } from "../../src/check/run-lanes.ts";

/** In which order the project's own checks run. */

const result: CheckResult = { passed: 1, failed: 0, skipped: 0, output: "" };
const aCheck = (name: string, lane: Lane): Check => ({ name, lane, run: async () => Promise.resolve(result) });
const checks = [aCheck("types", "processor"), aCheck("machine", "containers"), aCheck("lint", "processor"), aCheck("proxy", "containers"), aCheck("release", "alone")];

/** Each check that begins waits until the test ends it. */
function aRun(sideBySide: boolean) {
  const stop = new AbortController();
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  const all = runLanes(checks, {
    sideBySide,
    signal: stop.signal,
    run: async ({ name }) => {
      begun.push(name);
      await new Promise<void>((resolve) => { running.set(name, resolve); });
      return result;
    },
  });
  const end = async (name: string): Promise<void> => {
    running.get(name)?.();
    // The next check begins after the promises of this one.
    await new Promise(setImmediate);
  };
  return { all, begun, end, stop };
}

describe("the project's own checks", () => {
  it("run side by side in two lanes, in each lane one after the other, and what measures has the machine for itself", async () => {
    const { all, begun, end } = aRun(true);
    expect(begun).toEqual(["machine", "types"]);
    await end("types");
    expect(begun).toEqual(["machine", "types", "lint"]);
    await end("machine");
    await end("lint");
    expect(begun).toEqual(["machine", "types", "lint", "proxy"]);
    await end("proxy");
    expect(begun).toEqual(["machine", "types", "lint", "proxy", "release"]);
    await end("release");
    expect(await all).toEqual(checks.map(() => result));
  });

  it("run one after the other where there is no room for two", async () => {
    const { all, begun, end } = aRun(false);
    for (const { name } of checks) {
      expect(begun.at(-1)).toBe(name);
      await end(name);
    }
    expect(await all).toHaveLength(checks.length);
  });

  it("begin no more once they are stopped", async () => {
    const { all, begun, end, stop } = aRun(true);
    stop.abort();
    await end("machine");
    await end("types");
    expect(await all).toHaveLength(2);
    expect(begun).toEqual(["machine", "types"]);
  });
});
