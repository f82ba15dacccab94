import { expect, it } from "vitest";
import { chooseEngine } from "../../src/command-line/container-tasks.ts";
import { containerMachine } from "./container-test-machine.ts";
import { byEachEngine } from "./engines.ts";
import { pathWith } from "./stand-in-program.ts";

const silent = "echo 'Cannot connect to the Docker daemon at unix:///nowhere. Is the docker daemon running?' >&2; exit 1";
const limited = "echo 'Error: runc: error setting rlimit type 7: operation not permitted' >&2; exit 126";
const chosenWith = async (asked: "podman" | "docker" | undefined, programs: Record<string, string>): Promise<unknown> => chooseEngine(asked, { ...process.env, PATH: await pathWith(programs, { alone: true }) }).then(({ program }) => program, (error: unknown) => error);

it.each([
  [undefined, {}, "NO_ENGINE"],
  ["podman", { docker: "exit 0" }, "NO_ENGINE"],
  ["docker", { docker: silent }, "ENGINE_SILENT"],
  ["podman", { podman: limited, docker: "exit 0" }, "ENGINE_REFUSES_LIMITS"],
  // Why the first does not, when no other does either.
  [undefined, { podman: limited, docker: silent }, "ENGINE_REFUSES_LIMITS"],
] as const)("%s of %j is refused with %s", async (asked, programs, code) => {
  expect(await chosenWith(asked, programs)).toMatchObject({ name: "RehearsalError", code });
});

it.each([
  [undefined, { podman: limited, docker: "exit 0" }, "docker"],
  [undefined, { podman: "exit 0", docker: "exit 0" }, "podman"],
  ["docker", { podman: "exit 0", docker: "exit 0" }, "docker"],
] as const)("%s of %j is %s", async (asked, programs, program) => {
  expect(await chosenWith(asked, programs)).toBe(program);
});

byEachEngine("a trial", (provided) => {
  it("starts a task for real, and leaves nothing", async () => {
    const engine = await provided();
    const { left } = containerMachine(engine, { rehearsalId: "trial" });
    expect(await chooseEngine(engine.engine.program, { ...process.env, ...engine.engine.cli.env })).toMatchObject({ program: engine.engine.program });
    expect(await left()).toEqual([]);
  });
});
