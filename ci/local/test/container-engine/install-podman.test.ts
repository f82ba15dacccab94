import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { findContainerEngine, type FindEngineOptions } from "../../src/container-engine/find-engine.ts";
import { fakePrograms, type FakePrograms } from "./fake-programs.ts";

let programs: FakePrograms;
afterEach(() => programs.remove());

/** An apt-get that installs a Podman that answers, beside itself. */
const aptGet = `
here=$(dirname "$0")
echo "$*" >> "$here/apt.log"
case "$*" in *" install "*) ;; *) exit 0;; esac
if [ -e "$here/old-lists" ]; then rm "$here/old-lists"; echo "E: Unable to locate package podman" >&2; exit 100; fi
printf '#!/bin/sh\\n/bin/cat <<END\\n{"host":{"arch":"amd64","cpus":2,"memTotal":1,"security":{"rootless":false}},"store":{"graphDriverName":"overlay"},"version":{"Version":"4.3.1"}}\\nEND\\n' > "$here/podman"
chmod +x "$here/podman"`;

async function find(scripts: Record<string, string>, options: Partial<FindEngineOptions>) {
  programs = await fakePrograms(scripts);
  const told: string[] = [];
  const engine = await findContainerEngine({ env: programs.env, install: "yes", notify: (line) => told.push(line), ...options });
  const log = await readFile(join(programs.folder, "bin", "apt.log"), "utf8");
  return { engine, told, log };
}

describe.runIf(process.getuid?.() === 0 && process.platform === "linux")("a machine without an engine, as root", () => {
  test("gets Podman and runc by apt-get, and is told before and after", async () => {
    const { engine, told, log } = await find({ "apt-get": aptGet }, {});
    expect(engine.version).toBe("4.3.1");
    expect(told).toEqual([expect.stringMatching(/^installing Podman .* about \d+ s$/), "Podman is installed"]);
    expect(log).toMatch(/install -y --no-install-recommends podman runc/);
  });

  test("gets new package lists only when the old ones do not serve", async () => {
    const { log } = await find({ "apt-get": aptGet, "old-lists": "" }, {});
    expect(log.match(/(?<= )(update|install)(?= |$)/gm)?.slice(-3)).toEqual(["install", "update", "install"]);
  });

  test("is asked first, and a no is an error that says what to install", async () => {
    const questions: string[] = [];
    const ask = (question: string) => Promise.resolve(questions.push(question) === 0);
    const failure = find({ "apt-get": aptGet }, { install: "ask", ask });
    await expect(failure).rejects.toMatchObject({ code: "NO_ENGINE", next: expect.stringContaining("apt-get install podman runc") as string });
    expect(questions).toEqual(["Docker is not installed. Podman is not installed. Install Podman now with apt-get?"]);
  });

  test("shows apt-get's own words when it fails", async () => {
    const failure = find({ "apt-get": "echo 'E: Could not get lock' >&2; exit 100" }, {});
    await expect(failure).rejects.toMatchObject({ code: "ENGINE_NOT_INSTALLED", stderrTail: "E: Could not get lock" });
  });

  test("of another distribution is told to install an engine by hand", async () => {
    await expect(find({}, {})).rejects.toMatchObject({ code: "NO_ENGINE", next: expect.stringContaining("package manager of this system") as string });
  });
});
