import { createHash } from "node:crypto";
import { access, constants, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import type { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { operatorKey } from "../../src/iam/access-keys.ts";

const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

export async function isOnPath(program: string): Promise<boolean> {
  const found = await Promise.all((process.env["PATH"] ?? "").split(delimiter).map(async (folder) => access(join(folder, program), constants.X_OK).then(() => true, () => false)));
  return found.includes(true);
}

/** The folder with `aws` and a python that has boto3: installed once for these requirements, under the project's cache. */
export async function pythonPrograms(): Promise<string> {
  const id = createHash("sha256").update(await readFile(requirements)).digest("hex").slice(0, 12);
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gitops", `rehearsal-clients-${id}`);
  const complete = join(folder, "complete");
  if (!(await access(complete).then(() => true, () => false))) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await execa("python3", ["-m", "venv", folder]);
    await execa(join(folder, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--requirement", requirements]);
    await writeFile(complete, "");
  }
  return join(folder, "bin");
}

/** What a client sees: an empty home, and nothing of this environment but what the rehearsal says is to be set. */
export async function clientEnvironment(rehearsal: AwsRehearsal): Promise<Record<string, string>> {
  const home = await mkdtemp(join(tmpdir(), "rehearsal-client-"));
  onTestFinished(async () => rm(home, { recursive: true, force: true }));
  return { HOME: home, PATH: process.env["PATH"] ?? "", AWS_ENDPOINT_URL: rehearsal.url, AWS_ACCESS_KEY_ID: operatorKey.accessKeyId, AWS_SECRET_ACCESS_KEY: operatorKey.secretAccessKey, AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" };
}
