import { ExistsType, type Container, type Directory } from "@dagger.io/dagger";
import { readRepositoryState, RepositoryError, repositoryQueries, type GitAnswer, type RepositoryState } from "../repository.ts";
import { runStep, type DaggerFiles } from "./dagger-engine.ts";
import type { Step } from "./engine.ts";
import { StepError } from "./step-error.ts";

/**
 * Folders that never leave the machine: large, and made by tools. Where Git
 * tracks a file in one of them, it is taken as it was committed.
 */
export const leftBehind = ["**/node_modules", "**/.next", "**/.terraform"];

const isLeftBehind = (path: string): boolean => path.split("/").some((part) => leftBehind.includes(`**/${part}`));

/** What changes in .git without a change of the history; left out, so that it invalidates no cache. */
const notHistory = ["index", "info", "logs", "hooks", "COMMIT_EDITMSG", "FETCH_HEAD", "ORIG_HEAD", "gc.log", "**/*.lock"];

export interface DaggerSource extends DaggerFiles {
  readonly repository: RepositoryState;
}

const folder = "/source";
const restored = "/restored";

/**
 * Looks at an uploaded working tree (with its .git) as Git does. `git` is an
 * image with Git in it. Throws RepositoryError and StepError.
 */
export async function readSource(source: Directory, git: () => Promise<Container>): Promise<DaggerSource> {
  await requireRepository(source);
  const image = await git().catch((error: unknown) => {
    if (error instanceof StepError && error.code === "IMAGE_UNAVAILABLE") return undefined;
    throw error;
  });
  return image === undefined ? readWithoutImage(source) : readWithGit(source, image);
}

async function readWithGit(source: Directory, image: Container): Promise<DaggerSource> {
  const { commands, container } = await runStep(gitStep, image.withMountedDirectory(folder, source), { tree: source, history: source });
  const answers = commands.slice(0, repositoryQueries.length);
  const missing = new Set<string>();
  const repository = readRepositoryState(answers, (path) => {
    if (isLeftBehind(path)) missing.add(path);
    return isLeftBehind(path);
  });
  const ignored = (commands[repositoryQueries.length]?.stdout ?? "").split("\0").filter((path) => path !== "");
  const tree = source.filter({ exclude: [".git", ...ignored.map(asPattern)] });
  return {
    repository,
    // Filters keep a folder's content hash, which the steps' caches go by; a copy into it would not.
    tree: missing.size === 0 ? tree : tree.withDirectory("/", container.directory(restored), { include: leftBehind.map((pattern) => `${pattern}/**`) }),
    history: source.directory(".git").filter({ exclude: notHistory }),
  };
}

/**
 * One missing image must not keep the gates that do without it from being run:
 * then Dagger's own Git is asked. It goes by .gitignore alone, also for files
 * that are tracked in spite of it.
 */
async function readWithoutImage(source: Directory): Promise<DaggerSource> {
  const git = source.asGit();
  const changes = git.uncommitted();
  const head = await git.head().commit().catch((error: unknown) => String(error));
  const answer = (stdout: string, exitCode = 0): GitAnswer => ({ exitCode, stdout, stderr: exitCode === 0 ? "" : stdout });
  const isCommit = /^[0-9a-f]{40}$/.test(head);
  const [added, modified, removed, shallow, ref] = isCommit
    ? await Promise.all([changes.addedPaths(), changes.modifiedPaths(), changes.removedPaths(), source.exists(".git/shallow"), source.file(".git/HEAD").contents()])
    : [[], [], [], false, ""];
  const status = [...[...added, ...modified].map((path) => ` M ${path}\0`), ...removed.map((path) => ` D ${path}\0`)].join("");
  const branch = /^ref: refs\/heads\/(.+)$/m.exec(ref)?.[1];
  return {
    repository: readRepositoryState([answer("/"), answer(head, isCommit ? 0 : 128), answer(status), answer(String(shallow)), answer(branch ?? "", branch === undefined ? 1 : 0)], isLeftBehind),
    tree: source.filter({ exclude: [".git"], gitignore: true }),
    history: source.directory(".git").filter({ exclude: notHistory }),
  };
}

const gitStep: Step = {
  name: "repository",
  // The caller brings the image.
  image: { kind: "named", name: "gitleaks" },
  files: [],
  workdir: restored,
  commands: [
    ...repositoryQueries.map((query) => ({ argv: ["git", "-C", folder, ...query], accept: [0, 1, 128, 129] })),
    { argv: ["git", "-C", folder, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"], accept: [0, 128] },
    { argv: ["sh", "-c", `git ls-files -z --deleted >/tmp/deleted && git checkout-index -z --stdin --prefix=${restored}/ </tmp/deleted`], accept: [0, 128], workdir: folder },
  ],
  env: { LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*" },
  secrets: {},
  caches: {},
  outputs: [],
  timeoutMs: 5 * 60_000,
  memoryMb: 1024,
  network: "none",
};

const earlier = "/baseline";

/** Names of commits, in the order in which they are tried. */
const checkOutBase = 'for name in "$@"; do git rev-parse --verify --quiet --end-of-options "$name^{commit}" >/dev/null && base=$(git merge-base HEAD "$name") && break; done; [ -n "${base:-}" ] || exit 3; git init --quiet /baseline && cd /baseline && git fetch --quiet --no-tags /source "$base" && git -c advice.detachedHead=false checkout --quiet --detach "$base"';

/**
 * A clone of the commit at which the tree left another branch, with this
 * commit's history and nothing of what came later. Throws RepositoryError.
 */
export async function baselineSource(source: Directory, names: readonly string[], git: () => Promise<Container>): Promise<Directory> {
  const step: Step = { ...gitStep, name: "baseline", workdir: folder, commands: [{ argv: ["sh", "-c", checkOutBase, "sh", ...names], accept: [0, 3, 128] }] };
  const { commands, container } = await runStep(step, (await git()).withMountedDirectory(folder, source).withDirectory(earlier, source.filter({ include: [] })), { tree: source, history: source });
  const [answer] = commands;
  if (answer?.exitCode === 0) return container.directory(earlier);
  const why = answer?.exitCode === 3 ? `it has no commit in common with ${names.join(" or ")}, or there is no such name` : (answer?.stderr.trim().split("\n").at(-1) ?? "");
  throw new RepositoryError("GIT_FAILED", `The clone cannot be compared with what was there before: ${why}. Nothing was started. Fetch the release branch and the whole history, or name another commit with --base.`);
}

/** What Git itself would only explain by paths in a container. */
async function requireRepository(source: Directory): Promise<void> {
  if (await source.exists(".git", { expectedType: ExistsType.RegularType })) throw new RepositoryError("NOT_A_REPOSITORY", "This folder is a worktree: its history lies in another folder, which does not come along to Dagger. Nothing was started. Run it in a clone of its own, or use npm run pipeline, which can read worktrees.");
  if (!(await source.exists(".git"))) throw new RepositoryError("NOT_A_REPOSITORY", "The source has no .git folder, and a release is named by its commit. Nothing was started. Give the root of a clone, or begin a repository: git init && git add -A && git commit");
  if (await source.exists(".git/objects/info/alternates")) throw new RepositoryError("GIT_FAILED", "This clone borrows its history from another one (git clone --shared or --reference), which does not come along to Dagger. Nothing was started. Make it complete: git repack -a -d && rm .git/objects/info/alternates");
}

/** A path as a pattern that matches nothing else. */
const asPattern = (path: string): string => path.replace(/\/$/, "").replaceAll(/[\\*?[\]!]/g, "\\$&");
