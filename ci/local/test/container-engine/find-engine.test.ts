import { hostname, release } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { findContainerEngine, type FindEngineOptions } from "../../src/container-engine/find-engine.ts";
import { answering, fakePrograms, type FakePrograms } from "./fake-programs.ts";

let programs: FakePrograms | undefined;
afterEach(async () => {
  await programs?.remove();
  programs = undefined;
});

async function find(scripts: Record<string, string>, options: Partial<FindEngineOptions> = {}) {
  programs = await fakePrograms(scripts);
  return findContainerEngine({ env: programs.env, install: "no", notify: () => undefined, ...options });
}

const dockerInfo = {
  Name: hostname(),
  ServerVersion: "28.2.2",
  KernelVersion: release(),
  OperatingSystem: "Debian GNU/Linux 13",
  Architecture: "aarch64",
  NCPU: 8,
  MemTotal: 16_000_000_000,
  Driver: "overlay2",
  SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless"],
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: false,
};
const docker = answering({ buildx: {}, version: { Client: { Version: "28.2.2" }, Server: { Version: "28.2.2", Components: [{ Name: "Engine" }] } }, info: dockerInfo });
const noDaemon = 'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1';
const podmanInfo = {
  host: {
    arch: "amd64",
    cpus: 2,
    memTotal: 4_000_000_000,
    hostname: hostname(),
    kernel: release(),
    cgroupControllers: ["memory", "pids"],
    serviceIsRemote: false,
    security: { rootless: true },
  },
  store: { graphDriverName: "overlay" },
  version: { Version: "5.4.2" },
};
const podman = answering({ info: podmanInfo });

describe("findContainerEngine", () => {
  test("takes Docker when its daemon answers, with what the daemon says of itself", async () => {
    const { cli, ...engine } = await find({ docker, podman });
    expect(cli.program).toBe("docker");
    expect(engine).toEqual({
      program: "docker",
      version: "28.2.2",
      cpus: 8,
      memoryBytes: 16_000_000_000,
      architecture: "arm64",
      rootless: true,
      remote: false,
      storageDriver: "overlay2",
      supports: { memoryLimit: true, pidsLimit: true, cpuLimit: false, pods: false, raiseLimits: true },
    });
  });

  test("takes Podman when the docker command has no daemon", async () => {
    const engine = await find({ docker: noDaemon, podman });
    expect(engine).toMatchObject({ program: "podman", version: "5.4.2", rootless: true, remote: false });
    expect(engine.supports).toMatchObject({ memoryLimit: true, pidsLimit: true, cpuLimit: false, pods: true });
  });

  test.each([
    ["imitates the docker command", { Client: { Version: "5.4.2" } }],
    ["answers on Docker's socket", { Client: { Version: "28.2.2" }, Server: { Version: "5.4.2", Components: [{ Name: "Podman Engine" }] } }],
  ])("takes Podman by its own command when it %s", async (_, version) => {
    expect((await find({ docker: answering({ version }), podman })).program).toBe("podman");
  });

  test("takes Podman when the docker command lacks the plugin that builds images", async () => {
    const withoutBuildx = answering({ version: { Client: { Version: "28.2.2" }, Server: { Version: "28.2.2" } }, info: dockerInfo });
    expect((await find({ docker: withoutBuildx, podman })).program).toBe("podman");
  });

  test("takes an older docker command that builds without the plugin", async () => {
    const older = answering({ version: { Client: { Version: "20.10.24" }, Server: { Version: "20.10.24" } }, info: dockerInfo });
    expect((await find({ docker: older, podman })).program).toBe("docker");
  });

  test("does not wait for a daemon that never answers", async () => {
    expect((await find({ docker: "exec sleep 600", podman }, { daemonTimeoutMs: 100 })).program).toBe("podman");
  });

  test.each([
    ["another kernel", { KernelVersion: "6.10.14-linuxkit" }],
    ["another host name", { Name: "elsewhere" }],
    ["Docker Desktop", { OperatingSystem: "Docker Desktop" }],
  ])("calls a daemon remote that is on %s", async (_, difference) => {
    const info = { ...dockerInfo, ...difference };
    expect((await find({ docker: answering({ buildx: {}, version: { Server: { Version: "1" } }, info }) })).remote).toBe(true);
  });

  test("refuses another engine than the wanted one, and says why the wanted one is not there", async () => {
    const failure = find({ docker: noDaemon, podman }, { wanted: "docker" });
    await expect(failure).rejects.toMatchObject({ code: "NO_ENGINE", happened: expect.stringContaining("daemon does not answer") as string });
  });

  test("asks for no Docker when Podman is wanted", async () => {
    expect((await find({ docker, podman }, { wanted: "podman" })).program).toBe("podman");
  });

  test("says what each of the two lacks when there is none", async () => {
    const failure = find({ podman: "echo 'Error: no space left on device' >&2; exit 125" });
    await expect(failure).rejects.toMatchObject({
      code: "NO_ENGINE",
      happened: "Docker is not installed. Podman does not work here: Error: no space left on device",
    });
  });
});
