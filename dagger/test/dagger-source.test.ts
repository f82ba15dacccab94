import { dag } from "@dagger.io/dagger";
import { describe, expect, it } from "vitest";
import { readSource, type DaggerSource } from "../src/engine/dagger-source.ts";
import { StepError } from "../src/engine/step-error.ts";
import { steps } from "./dagger-support.ts";
import { argumentsOf, withSession, type Answer, type Chain, type Session } from "./session-server.ts";
import { aCommit } from "./support/values.ts";

interface Git {
  readonly status?: string;
  readonly ignored?: string;
  readonly shallow?: string;
  readonly branch?: [exitCode: number, name: string];
}

/** What Git said in the container, in the order of its commands. */
function gitSays({ status = "", ignored = "", shallow = "false\n", branch = [0, "main\n"] }: Git = {}): Answer {
  const said: [number, string][] = [[0, "/source\n"], [0, `${aCommit}\n`], [0, status], [0, shallow], branch, [0, "H README.md\n"], [0, "main\n"], [0, ignored], [0, ""]];
  return steps(() => new Map(said.flatMap(([exitCode, stdout], index) => [[`${String(index)}.status`, `${String(exitCode)} 0 300\n`] as const, [`${String(index)}.stdout`, stdout] as const])));
}

/** An uploaded clone: .git is a folder, and its objects are its own. */
const clone: Answer = (leaf, chain) => {
  if (leaf !== "exists") return undefined;
  const { path, expectedType } = chain.at(-1)?.args ?? {};
  return path === ".git" && expectedType === undefined;
};

const both = (...answers: Answer[]): Answer => async (leaf, chain) => {
  for (const answer of answers) {
    const value = await answer(leaf, chain);
    if (value !== undefined) return value;
  }
  return undefined;
};

const pull = async (): Promise<ReturnType<typeof dag.container>> => Promise.resolve(dag.container().from("docker.io/git:1"));
const noImage = async (): Promise<never> => Promise.reject(new StepError("IMAGE_UNAVAILABLE", "The image cannot be had."));

async function read(answer: Answer, look: (source: DaggerSource, session: Session) => Promise<void> | void = () => undefined, git: Parameters<typeof readSource>[1] = pull): Promise<void> {
  await withSession(answer, async (session) => look(await readSource(dag.host().directory("/repository"), git), session));
}

/** How a folder came to be, as the session was told. */
async function chainOf(folder: { sync(): Promise<unknown> }, session: Session): Promise<Chain> {
  await folder.sync();
  return session.asked.at(-1) ?? [];
}

describe("the source on Dagger", () => {
  it("is asked for its commit and state with Git, over the whole upload", async () => {
    await read(both(clone, gitSays()), ({ repository }, session) => {
      expect(repository).toEqual({ commit: aCommit, branch: "main", dirty: false, shallow: false, onOrigin: ["main"] });
      const chain = session.asked.find((asked) => asked.at(-1)?.field === "withExec") ?? [];
      expect(argumentsOf(chain, "withMountedDirectory")).toEqual([{ path: "/source", source: [{ field: "host", args: {} }, { field: "directory", args: { path: "/repository" } }] }]);
    });
  });

  it("is dirty when a tracked file was changed or deleted", async () => {
    for (const status of [" M README.md\0", " D README.md\0", "?? new.txt\0"]) {
      await read(both(clone, gitSays({ status })), ({ repository }) => { expect([status, repository.dirty]).toEqual([status, true]); });
    }
  });

  it("takes what the upload left behind as committed, and so is clean", async () => {
    await read(both(clone, gitSays({ status: " D services/a/node_modules/kept/index.js\0" })), async ({ repository, tree }, session) => {
      expect(repository.dirty).toBe(false);
      const chain = await chainOf(tree, session);
      expect(chain.at(-1)?.args["include"]).toEqual(["**/node_modules/**", "**/.next/**", "**/.terraform/**"]);
      expect((chain.at(-1)?.args["source"] as Chain).at(-1)).toEqual({ field: "directory", args: { path: "/restored" } });
    });
  });

  it("leaves out .git and what Git ignores, by its exact name", async () => {
    await read(both(clone, gitSays({ ignored: "out/\0odd[1]*.log\0" })), async ({ tree }, session) => {
      expect((await chainOf(tree, session)).at(-1)).toEqual({ field: "filter", args: { exclude: [".git", "out", "odd\\[1\\]\\*.log"] } });
    });
  });

  it("takes the history without what changes while the history does not", async () => {
    await read(both(clone, gitSays()), async ({ history }, session) => {
      const chain = await chainOf(history, session);
      expect(chain.at(-2)).toEqual({ field: "directory", args: { path: ".git" } });
      expect(chain.at(-1)?.args["exclude"]).toEqual(expect.arrayContaining(["index", "logs"]));
      expect(chain.at(-1)?.args["exclude"]).not.toEqual(expect.arrayContaining(["objects"]));
    });
  });

  it("says that it is shallow, and on no branch", async () => {
    await read(both(clone, gitSays({ shallow: "true\n", branch: [1, ""] })), ({ repository }) => {
      expect(repository).toEqual({ commit: aCommit, dirty: false, shallow: true, onOrigin: ["main"] });
    });
  });

  it.each<[string, RegExp, Answer]>([
    ["a worktree", /^This folder is a worktree/, (leaf) => (leaf === "exists" ? true : undefined)],
    ["a folder without .git", /^The source has no \.git folder/, (leaf) => (leaf === "exists" ? false : undefined)],
    ["a clone that borrows its objects", /^This clone borrows its history/, (leaf, chain) => (leaf === "exists" ? chain.at(-1)?.args["expectedType"] === undefined : undefined)],
  ])("refuses %s in a sentence", async (_what, message, answer) => {
    await expect(read(answer)).rejects.toThrow(message);
  });
});

describe("the source on Dagger, without an image that has Git", () => {
  const daggersGit = (changes: { added?: string[]; removed?: string[] } = {}, head = aCommit): Answer => (leaf) =>
    ({ commit: head, addedPaths: changes.added ?? [], modifiedPaths: [], removedPaths: changes.removed ?? [], contents: "ref: refs/heads/main\n" })[leaf];

  it("is asked for its commit and state by Dagger's own Git", async () => {
    await read(both(clone, daggersGit()), async ({ repository, tree }, session) => {
      expect(repository).toEqual({ commit: aCommit, branch: "main", dirty: false, shallow: false, onOrigin: [] });
      expect((await chainOf(tree, session)).at(-1)).toEqual({ field: "filter", args: { exclude: [".git"], gitignore: true } });
    }, noImage);
  });

  it("is dirty with a new file, and not for what the upload left behind", async () => {
    await read(both(clone, daggersGit({ added: ["new.txt"] })), ({ repository }) => { expect(repository.dirty).toBe(true); }, noImage);
    await read(both(clone, daggersGit({ removed: ["services/a/node_modules/"] })), ({ repository }) => { expect(repository.dirty).toBe(false); }, noImage);
  });

  it("says that there is no commit when there is none", async () => {
    await expect(read(both(clone, daggersGit({}, "fatal: no HEAD")), undefined, noImage)).rejects.toThrow(/has no commit yet/);
  });

  it("is not read at all when something else is wrong", async () => {
    await expect(read(clone, undefined, async () => Promise.reject(new StepError("ENGINE_LOST", "gone")))).rejects.toThrow("gone");
  });
});
