import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";

/** When something goes: after its test, or when a set-up says. */
export type CleanUp = (remove: () => Promise<void>) => void;

/** A folder of one test, removed after it. */
export async function scratchFolder(name = "scratch", cleanUp: CleanUp = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `gitops-test-${name}-`));
  cleanUp(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Path -> content; a link or an executable says so. */
export type Files = Readonly<Record<string, string | { readonly link: string } | { readonly executable: string }>>;

export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const to = join(root, path);
    await mkdir(dirname(to), { recursive: true });
    if (typeof content === "string") await writeFile(to, content);
    else if ("link" in content) await symlink(content.link, to);
    else {
      await writeFile(to, content.executable);
      await chmod(to, 0o755);
    }
  }
}

/** Git as on a machine where nobody has configured it. */
export async function git(root: string, ...args: string[]): Promise<string> {
  const identity = { GIT_AUTHOR_NAME: "T", GIT_AUTHOR_EMAIL: "t@example.org", GIT_COMMITTER_NAME: "T", GIT_COMMITTER_EMAIL: "t@example.org" };
  const { stdout } = await execa("git", ["-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false", ...args], { cwd: root, env: { ...identity, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" } });
  return stdout;
}

export async function commitAll(root: string, message = "A commit"): Promise<string> {
  await git(root, "add", "--all");
  await git(root, "commit", "--quiet", "--message", message);
  return git(root, "rev-parse", "HEAD");
}

/** A repository with one commit. `name` may hold whatever a path may. */
export async function scratchRepository(files: Files, name = "repository", cleanUp: CleanUp = onTestFinished): Promise<string> {
  const root = join(await scratchFolder("scratch", cleanUp), name);
  await mkdir(root, { recursive: true });
  await git(root, "init", "--quiet");
  await writeFiles(root, files);
  await commitAll(root);
  return root;
}
