import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readMachineFacts, type MachineFacts } from "../../src/container-engine/machine-facts.ts";
import { decidePodmanConfiguration, podmanEnvironment } from "../../src/container-engine/podman-configuration.ts";

const ordinary: MachineFacts = {
  uid: 0,
  cgroups: "v2",
  canRaiseLimits: true,
  openFilesLimit: 1_048_576,
  processesLimit: undefined,
  mostProcessIds: 4_194_304,
  runtimes: ["crun", "runc"],
};
const bound = { ...ordinary, canRaiseLimits: false, openFilesLimit: 20_000, processesLimit: 96_365 };

describe("decidePodmanConfiguration", () => {
  test.each<[string, MachineFacts, string]>([
    ["an ordinary machine needs none", ordinary, ""],
    ["hybrid cgroups need runc", { ...ordinary, cgroups: "hybrid" }, '[engine]\nruntime = "runc"\n'],
    ["without runc the runtime is left alone", { ...ordinary, cgroups: "hybrid", runtimes: ["crun"] }, ""],
    ["limits that may not be raised become the process's own", bound, '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=96365:96365"]\n'],
    ["but processes never more than process ids", { ...bound, mostProcessIds: 32_768 }, '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]\n'],
    ["a rootless Podman is left as it is", { ...bound, uid: 1000, cgroups: "hybrid" }, ""],
  ])("%s", (_, facts, content) => {
    expect(decidePodmanConfiguration(facts).content).toBe(content);
  });
});

describe("on a machine", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gitops-machine-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(name: string, text: string) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }

  test("the facts are read from the kernel's files", async () => {
    await write("self/status", "Name:\tnode\nUid:\t1000\t0\t0\t0\nCapEff:\t000001fffeffffff\n");
    await write("self/mountinfo", "30 25 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n31 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
    await write("self/limits", "Limit                     Soft Limit           Hard Limit           Units\nMax processes             unlimited            unlimited            processes\nMax open files            1024                 20000                files\n");
    await write("sys/kernel/pid_max", "32768\n");
    await write("bin/runc", "");
    expect(await readMachineFacts({ PATH: "" }, folder)).toMatchObject({
      uid: 0,
      cgroups: "hybrid",
      canRaiseLimits: false,
      openFilesLimit: 20_000,
      processesLimit: undefined,
      mostProcessIds: 32_768,
    });
  });

  test("a configuration that is needed is written once, under a name of its content", async () => {
    const env = { HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), PATH: process.env["PATH"] };
    const first = await podmanEnvironment(env);
    expect(await podmanEnvironment(env)).toEqual(first);
    const file = first["CONTAINERS_CONF"];
    if (file === undefined) return; // this machine needs none
    expect(file).toMatch(/cache\/gitops\/containers-[0-9a-f]{12}\.conf$/);
    expect(await readFile(file, "utf8")).toBe(decidePodmanConfiguration(await readMachineFacts(env)).content);
  });

  test.each([
    ["CONTAINERS_CONF", { CONTAINERS_CONF: "/etc/mine.conf" }],
    ["a containers.conf in the home folder", {}],
  ])("the user's own %s is never replaced", async (_, variables) => {
    await write(".config/containers/containers.conf", "[engine]\n");
    expect(await podmanEnvironment({ HOME: folder, PATH: "", ...variables })).toEqual({});
  });
});
