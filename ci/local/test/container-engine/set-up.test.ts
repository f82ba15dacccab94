import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** A project with the real script and an npm that notes each call and installs a Node. */
let project: string;
const npm = (script: string) => `#!/bin/sh
echo "npm $*" >> "$PWD/calls"
mkdir -p node_modules/.bin
printf '#!/bin/sh\\necho v24.21.0\\n' > node_modules/.bin/node && chmod +x node_modules/.bin/node
${script}
`;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "gitops-set-up-test-"));
  await mkdir(join(project, "ci", "local"), { recursive: true });
  await mkdir(join(project, "bin"));
  await copyFile(join(import.meta.dirname, "..", "..", "set-up.mjs"), join(project, "ci", "local", "set-up.mjs"));
  await writeFile(join(project, "package-lock.json"), '{"one": 1}');
  await npmDoes("echo added 3 packages");
});
afterEach(() => rm(project, { recursive: true }));

async function npmDoes(script: string) {
  const file = join(project, "bin", "npm");
  await writeFile(file, npm(script));
  await chmod(file, 0o755);
}

function setUp() {
  const env = { PATH: `${join(project, "bin")}:/usr/bin:/bin` };
  return execa(process.execPath, [join(project, "ci", "local", "set-up.mjs")], { reject: false, extendEnv: false, env });
}

const calls = async () => (await readFile(join(project, "calls"), "utf8").catch(() => "")).split("\n").filter(Boolean);

describe("set-up", () => {
  test("installs what the lock file says, and tells of it on stderr only", async () => {
    const { exitCode, stdout, stderr } = await setUp();
    expect(exitCode).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^installing the packages .*, about \d+ s\nadded 3 packages\nthe packages are installed/);
    expect(await calls()).toEqual(["npm ci --include=dev --include=optional --loglevel=error"]);
  });

  test("is silent, and starts no npm, when nothing has changed", async () => {
    await setUp();
    expect(await setUp()).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(await calls()).toHaveLength(1);
  });

  test("installs again when the lock file has changed", async () => {
    await setUp();
    await writeFile(join(project, "package-lock.json"), '{"two": 2}');
    await setUp();
    expect(await calls()).toHaveLength(2);
  });

  test("installs once when it is started twice at once", async () => {
    await npmDoes("read -t 1 nothing < /dev/zero; true");
    const both = await Promise.all([setUp(), setUp()]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(await calls()).toHaveLength(1);
  });

  test("installs again after one that was killed half-way", async () => {
    await npmDoes('kill -9 "$PPID"; exit 1');
    expect((await setUp()).signal).toBe("SIGKILL");
    await npmDoes("");
    expect(await setUp()).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await calls()).toHaveLength(2);
  });

  test("shows npm's own error, says what to do, and ends with 4", async () => {
    await npmDoes("echo npm error ENOTFOUND >&2; exit 1");
    const { exitCode, stderr } = await setUp();
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/npm error ENOTFOUND\nnpm could not install the packages.* then start again\.$/);
    expect(await readdir(join(project, "node_modules"))).not.toContain(".gitops-lock");
  });

  test("leaves no lock behind", async () => {
    const locks = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("gitops-set-up-") && name.includes(".lock"));
    const before = await locks();
    await setUp();
    expect(await locks()).toEqual(before);
  });
});
