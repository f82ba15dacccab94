import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSuppressions, suppressionCommands } from "../../src/gates/suppressions.ts";
import { aStep } from "../support/a-step.ts";
import { runInScratch, type ScratchRun } from "../support/run-in-scratch.ts";

const markers = { comments: ["lint-off", "scan:allow"], files: [".scanignore", ".scan.toml"], skippedFolders: ["node_modules", ".git"] };

describe("markers that silence a tool", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "suppressions größe "));
    mkdirSync(join(root, "tree"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const put = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, "tree", path)), { recursive: true });
    writeFileSync(join(root, "tree", path), text);
  };
  const run = async (env: Readonly<Record<string, string>> = {}): Promise<ScratchRun> =>
    runInScratch(aStep({ commands: suppressionCommands("/tree", markers), workdir: "/tree" }), root, { "/tree": join(root, "tree") }, env);
  const list = async (prefix?: string): Promise<ReturnType<typeof readSuppressions>> => {
    const { record, exitCode } = await run();
    expect(exitCode).toBe(0);
    return readSuppressions([record.get("0.stdout") ?? "", record.get("1.stdout") ?? ""], prefix);
  };

  it("are none in a clean tree, and none in an empty one", async () => {
    expect(await list()).toEqual([]);
    put("src/a.ts", "nothing here\n");
    expect(await list()).toEqual([]);
  });

  it("are found in any file, with its line, whatever its name", async () => {
    put("src/a.ts", "one\ntwo // lint-off\n\n// scan:allow and lint-off\n");
    put("mit leer zeichen/größe 1:2.ts", "// lint-off");
    put("-rf", "# scan:allow\n");
    put("it's $(here).ts", "// lint-off\r\n");
    expect(await list()).toEqual([
      { marker: "scan:allow", where: "-rf:1" },
      { marker: "lint-off", where: "it's $(here).ts:1" },
      { marker: "lint-off", where: "mit leer zeichen/größe 1:2.ts:1" },
      { marker: "lint-off", where: "src/a.ts:2" },
      { marker: "scan:allow", where: "src/a.ts:4" },
      { marker: "lint-off", where: "src/a.ts:4" },
    ]);
  });

  it("are whole files too, at any depth", async () => {
    put(".scanignore", "");
    put("deep er/.scan.toml", "");
    put("deep er/.scan.toml.md", "");
    expect(await list("services/backend/")).toEqual([
      { marker: ".scanignore", where: "services/backend/.scanignore" },
      { marker: ".scan.toml", where: "services/backend/deep er/.scan.toml" },
    ]);
  });

  it("do not count in folders that the tool skips and behind links", async () => {
    put("node_modules/x/a.js", "// lint-off\n");
    put("node_modules/x/.scanignore", "");
    put(".git/config", "lint-off\n");
    put("packages/p/node_modules/y/a.js", "// lint-off\n");
    writeFileSync(join(root, "outside.ts"), "// lint-off\n");
    symlinkSync(join(root, "outside.ts"), join(root, "tree/link.ts"));
    expect(await list()).toEqual([]);
  });

  it("count in a file with a NUL byte as well: a tool reads it all the same", async () => {
    put("a.ts", Buffer.from([0, 1, 2, ...Buffer.from("lint-off"), 0]));
    expect((await list()).map((suppression) => suppression.where)).toEqual(["a.ts:1"]);
  });

  it("are sorted as people count", async () => {
    put("a.ts", Array.from({ length: 12 }, () => "lint-off").join("\n"));
    expect((await list()).map((suppression) => suppression.where).slice(0, 3)).toEqual(["a.ts:1", "a.ts:2", "a.ts:3"]);
  });

  it("are found in more files than one command line holds", async () => {
    const long = "x".repeat(200);
    for (let index = 0; index < 900; index += 1) put(`${String(index % 10)}/${long}${String(index)}.ts`, index % 300 === 0 ? "lint-off" : "");
    expect(await list()).toHaveLength(3);
  });

  it("a file that grep cannot read ends the step: nothing is counted short", async () => {
    put("a.ts", "// lint-off\n");
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/grep"), "#!/bin/sh\necho 'grep: ./a.ts: Input/output error' >&2\nexit 2\n");
    chmodSync(join(root, "bin/grep"), 0o755);
    const failed = await run({ PATH: `${root}/bin:${process.env["PATH"] ?? ""}` });
    expect([failed.exitCode, failed.record.get("0.stderr")]).toEqual([1, "grep: ./a.ts: Input/output error\n"]);
  });
});

describe("what the commands printed", () => {
  it.each([
    ["./a.ts:1:lint-off\n", { marker: "lint-off", where: "a.ts:1" }],
    ["./a:b/c.ts:20:lint-off\n", { marker: "lint-off", where: "a:b/c.ts:20" }],
    ["./.scanignore\n", { marker: ".scanignore", where: ".scanignore" }],
  ])("is read: %j", (output, suppression) => {
    expect(readSuppressions([output])).toEqual([suppression]);
  });

  it("asks nothing when there is nothing to ask for", () => {
    expect(suppressionCommands("/tree", { comments: [], files: [], skippedFolders: [".git"] })).toEqual([]);
  });
});
