import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { ContainerCli } from "../../src/container-engine/container-cli.ts";
import { fakePrograms, type FakePrograms } from "./fake-programs.ts";

let programs: FakePrograms;
afterEach(() => programs.remove());

async function cliOf(docker: string): Promise<ContainerCli> {
  programs = await fakePrograms({ docker });
  return new ContainerCli({ program: "docker", env: programs.env });
}

const GONE = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

describe("ContainerCli.run", () => {
  test("returns output and exit code, and hands each line on as it comes", async () => {
    const lines: string[] = [];
    const cli = await cliOf('echo "$1 $IN"; cat; echo careful >&2');
    const result = await cli.run(["ps"], { input: "typed", env: { IN: "in" }, onLine: (line, from) => lines.push(`${from} ${line}`) });
    expect(result).toEqual({ stdout: "ps in\ntyped", stderr: "careful", exitCode: 0 });
    expect(lines).toEqual(expect.arrayContaining(["stdout ps in", "stdout typed", "stderr careful"]));
  });

  test("hands down nothing of this process's environment", async () => {
    const cli = await cliOf("env");
    const { stdout } = await cli.run(["info"]);
    expect(stdout).not.toContain("VITEST");
  });

  test("throws the engine's own words, and not the arguments", async () => {
    const cli = await cliOf("echo 'Error: no such image' >&2; exit 125");
    const failure = cli.run(["image", "inspect", "confidential"]);
    await expect(failure).rejects.toMatchObject({
      code: "COMMAND_FAILED",
      exitCode: 125,
      stderrTail: "Error: no such image",
      message: expect.not.stringContaining("confidential") as string,
    });
  });

  test.each([
    ["any", 7],
    [[0, 7], 7],
  ] as const)("returns exit codes that the caller accepts (%j)", async (accept, exitCode) => {
    const cli = await cliOf("exit 7");
    expect(await cli.run(["wait", "it"], { accept })).toMatchObject({ exitCode });
  });

  test("tells an engine that is gone from a command that failed", async () => {
    const cli = await cliOf(`echo '${GONE}' >&2; exit 1`);
    await expect(cli.run(["ps"], { accept: "any" })).rejects.toMatchObject({ code: "ENGINE_GONE" });
  });

  test("is not misled by a container that prints the same words", async () => {
    const cli = await cliOf(`[ "$1" = version ] && exit 0; echo '${GONE}' >&2; exit 1`);
    expect(await cli.run(["start", "-a", "it"], { accept: "any" })).toMatchObject({ exitCode: 1 });
  });

  test("calls an engine gone whose command is not there", async () => {
    const cli = await cliOf("");
    const missing = new ContainerCli({ program: "podman", env: cli.env });
    await expect(missing.run(["ps"])).rejects.toMatchObject({ code: "ENGINE_GONE" });
    await expect(missing.stream(["save", "it"]).done).rejects.toMatchObject({ code: "ENGINE_GONE" });
  });

  test("ends a command that takes too long", async () => {
    const cli = await cliOf("exec sleep 600");
    await expect(cli.run(["pull", "it"], { timeoutMs: 50 })).rejects.toMatchObject({ code: "COMMAND_TIMED_OUT" });
  });

  test("ends a command when the caller cancels", async () => {
    const controller = new AbortController();
    const cli = await cliOf("echo begun; exec sleep 600");
    const failure = cli.run(["build", "."], { signal: controller.signal, onLine: () => { controller.abort("enough"); } });
    await expect(failure).rejects.toMatchObject({ code: "CANCELLED", cause: "enough" });
  });
});

describe("ContainerCli.stream", () => {
  test("carries bytes both ways, whatever their size", async () => {
    const cli = await cliOf("exec cat");
    const command = cli.stream(["cp", "-", "it:/"]);
    const sent = "0123456789abcdef".repeat(100_000);
    const [received] = await Promise.all([text(command.stdout), pipeline([sent], command.stdin), command.done]);
    expect(received).toBe(sent);
  });

  test("rejects with the engine's words when the command fails", async () => {
    const cli = await cliOf("echo 'Error: no such container' >&2; exit 125");
    const command = cli.stream(["cp", "it:/", "-"]);
    command.stdin.on("error", () => undefined);
    command.stdout.resume();
    await expect(command.done).rejects.toMatchObject({ code: "COMMAND_FAILED", stderrTail: "Error: no such container" });
  });
});
