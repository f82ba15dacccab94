import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { isAbandoned } from "../../src/tasks/containers/abandoned.ts";
import { ownerOf, sight } from "../../src/tasks/containers/owner.ts";

it.each([
  // The process can be seen: it decides, whatever state it has and whatever its containers do.
  ["alive", false, ["exited"], "spared"],
  ["alive", true, ["exited"], "spared"],
  ["alive", true, [], "spared"],
  ["gone", false, ["running"], "removed"],
  ["gone", true, ["running"], "removed"],
  ["gone", false, [], "removed"],
  // In another PID namespace, on another machine, or before this one was started anew.
  ["unseen", false, ["running"], "spared"],
  ["unseen", false, ["running", "exited"], "spared"],
  ["unseen", false, ["created"], "spared"],
  ["unseen", false, ["Configured", "exited"], "spared"],
  ["unseen", false, ["paused"], "spared"],
  ["unseen", false, [], "spared"],
  ["unseen", false, ["exited"], "removed"],
  ["unseen", false, ["exited", "dead", "Stopped"], "removed"],
  // Whoever has the state now has its containers.
  ["unseen", true, ["running"], "removed"],
  ["unseen", true, [], "removed"],
] as const)("what a process that is %s has left (of the same state: %s; containers %j) is %s", (sighting, isOfSameState, containerStates, outcome) => {
  expect(isAbandoned({ sighting, isOfSameState, containerStates })).toBe(outcome === "removed");
});

it("sees a process by its place, its number and its start", async () => {
  const child = spawn("sleep", ["60"]);
  const owner = ownerOf(child.pid ?? 0);
  const [place = "", pid = "", startedAt = ""] = owner.split("-");
  expect(sight(owner)).toBe("alive");
  expect(sight(`${place}-${pid}-${String(Number(startedAt) + 1)}`)).toBe("gone");
  expect(sight(`${place}-${pid}-0`)).toBe("alive");
  expect(sight(`${"0".repeat(12)}-${pid}-${startedAt}`)).toBe("unseen");
  expect(["", "4711-1", "nobody", `${place}-0-1`, `${place}--1`].map(sight)).toEqual(Array.from({ length: 5 }, () => "unseen"));
  child.kill();
  await once(child, "exit");
  expect(sight(owner)).toBe("gone");
});

it("takes a process that was killed, and whose end nobody asked for, for gone", async () => {
  // Its parent has become a `sleep`, which asks for nobody's end.
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => {
    parent.kill();
  });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  const owner = ownerOf(pid);
  expect(sight(owner)).toBe("alive");
  process.kill(pid, "SIGKILL");
  await expect.poll(() => sight(owner)).toBe("gone");
  expect(process.kill(pid, 0)).toBe(true);
});
