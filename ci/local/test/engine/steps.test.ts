import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { openEngine, shellStep, stepErrorOf, unending, webBuild } from "../support/local-engine.ts";
import { commitAll, scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";

/** What a step does in a real container. */

const tree = { "a.txt": "a\n" };

describe("a step", () => {
  it("returns each command's output and exit code, and its output files", async () => {
    const { engine } = await openEngine(await scratchRepository(tree));
    const result = await engine.run(
      shellStep("", {
        commands: [
          { argv: ["sh", "-c", "echo out; echo err >&2; exit 3"], accept: [0, 3] },
          { argv: ["sh", "-c", 'printf %s "$NAME in $PWD" >/report/it.txt'], accept: [0], workdir: "/tmp" },
        ],
        env: { NAME: "it's a $VALUE" },
        outputs: ["/report/it.txt"],
      }),
      unending,
    );
    expect(result.commands).toEqual([
      { exitCode: 3, stdout: "out\n", stderr: "err\n" },
      { exitCode: 0, stdout: "", stderr: "" },
    ]);
    expect([...result.outputs]).toEqual([["/report/it.txt", "it's a $VALUE in /tmp"]]);
    expect(result.cached).toBe(false);
  });

  it("sees the tree with its names, executable bits and links, without what Git ignores, in a path with spaces and non-ASCII letters", async () => {
    const root = await scratchRepository(
      {
        "dir with space/größe €.txt": "ü\n",
        [`deep/${"long-folder-name/".repeat(12)}${"x".repeat(120)}.txt`]: "far down\n",
        "run.sh": { executable: "#!/bin/sh\necho ran\n" },
        "dir with space/link": { link: "../run.sh" },
        "empty.txt": "",
        ".gitignore": "ignored.txt\n",
        "ignored.txt": "not here\n",
      },
      "Depot mit Leerzeichen und ö",
    );
    await writeFiles(root, { "untracked.txt": "new\n" });
    const { engine } = await openEngine(root);
    const { commands } = await engine.run(
      shellStep('cat "dir with space/größe €.txt" deep/*/*/*/*/*/*/*/*/*/*/*/*/*.txt untracked.txt; ./"dir with space/link"; readlink "dir with space/link"; stat -c "%a %s" run.sh empty.txt; ls ignored.txt', {
        files: [{ from: "tree", path: ".", to: "/work" }],
        accept: [2],
      }),
      unending,
    );
    expect(commands[0]?.stdout).toBe("ü\nfar down\nnew\nran\n../run.sh\n755 19\n644 0\n");
  });

  it("gets every byte of files of any size", async () => {
    const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 196_607, 300_001, 3_000_000, 65_540, 7, 5_000_011];
    // Numbers in a row: no two chunks of any two files are alike.
    let next = 0;
    const contents = sizes.map((size) => Array.from({ length: Math.ceil(size / 10) }, () => String((next += 1)).padStart(10, "0")).join("").slice(0, size));
    const root = await scratchRepository(Object.fromEntries(contents.map((content, index) => [`${String(index + 10)}.bin`, content])));
    const { engine } = await openEngine(root);
    const { commands } = await engine.run(shellStep("sha256sum *.bin | cut -d' ' -f1", { files: [{ from: "tree", path: ".", to: "/work" }] }), unending);
    expect(commands[0]?.stdout.trim().split("\n")).toEqual(contents.map((content) => createHash("sha256").update(content).digest("hex")));
  });

  it("cannot change the working tree", async () => {
    const root = await scratchRepository(tree);
    const { engine } = await openEngine(root);
    const { commands } = await engine.run(shellStep("echo changed >a.txt; echo new >b.txt; cat a.txt", { files: [{ from: "tree", path: ".", to: "/work" }] }), unending);
    expect(commands[0]?.stdout).toBe("changed\n");
    expect(await readFile(join(root, "a.txt"), "utf8")).toBe("a\n");
    await expect(readFile(join(root, "b.txt"))).rejects.toThrow("ENOENT");
  });

  it("sees the tree as it was when the run began", async () => {
    const root = await scratchRepository(tree);
    const { engine } = await openEngine(root);
    await writeFiles(root, { "a.txt": "edited in the middle\n" });
    await commitAll(root);
    const { commands } = await engine.run(shellStep("cat a.txt", { files: [{ from: "tree", path: ".", to: "/work" }] }), unending);
    expect(commands[0]?.stdout).toBe("a\n");
  });

  it("has no network where it says none, and reaches this machine's where it says registries", async () => {
    const server = createServer((_, response) => response.end("reached"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => { server.close(); });
    const { port } = server.address() as { port: number };
    const ask = (network: "none" | "registries") =>
      shellStep(`node -e 'fetch("http://127.0.0.1:${String(port)}").then(async (r) => console.log(await r.text()), (e) => console.log(e.cause.code))'; tail -n +3 /proc/net/dev | wc -l`, { network, env: { NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" } });
    const { engine } = await openEngine(await scratchRepository(tree));
    expect((await engine.run(ask("none"), unending)).commands[0]?.stdout).toBe("ECONNREFUSED\n1\n");
    expect((await engine.run(ask("registries"), unending)).commands[0]?.stdout).toMatch(/^reached\n/);
  });

  it("keeps what it puts in a named cache for the next step, and nothing else", async () => {
    const { engine, parts } = await openEngine(await scratchRepository(tree));
    const name = `test-${parts.newId()}`;
    onTestFinished(async () => { await parts.containers.cli.run(["volume", "rm", `gitops-cache-${name}`], { accept: "any" }); });
    await engine.run(shellStep("echo kept >/kept/it; echo lost >/lost", { caches: { "/kept": name } }), unending);
    const { commands } = await engine.run(shellStep("cat /kept/it; ls /lost", { caches: { "/kept": name }, accept: [2] }), unending);
    expect(commands[0]?.stdout).toBe("kept\n");
  });
});

describe("a link in the source", () => {
  it.each([
    ["to an absolute path", "/etc/hostname", "web"],
    ["out of the repository", "../../elsewhere", "web"],
    ["out of the folder that is copied", "../other/file", "web"],
  ])("%s is refused, by its name", async (_, link, path) => {
    const { engine } = await openEngine(await scratchRepository({ "web/link": { link }, "web/a": "a", "other/file": "b" }));
    const error = await stepErrorOf(engine.run(shellStep("true", { files: [{ from: "tree", path, to: "/work" }] }), unending));
    expect(error.code).toBe("SOURCE_UNREADABLE");
    expect(error.message).toContain(`web/link is a link to ${link}, which is outside of web.`);
  });

  it("that stays inside is none of them, whole tree or folder", async () => {
    const { engine } = await openEngine(await scratchRepository({ "web/link": { link: "../other/file" }, "other/file": "b" }));
    const { commands } = await engine.run(shellStep("cat web/link", { files: [{ from: "tree", path: ".", to: "/work" }] }), unending);
    expect(commands[0]?.stdout).toBe("b");
  });
});

describe("a file whose name is not UTF-8", () => {
  it.skipIf(process.platform !== "linux")("stops the run rather than being passed over", async () => {
    const root = await scratchRepository(tree);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), "secret");
    const error = await stepErrorOf(openEngine(root));
    expect(error.code).toBe("SOURCE_UNREADABLE");
    expect(error.message).toContain("is not UTF-8");
  });
});

describe("what a step looks at", () => {
  const dockerfile = "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nCOPY a.txt /a.txt\n";

  it("may be an image that was built: a docker-archive with its id, whoever else asks for it", async () => {
    const { engine } = await openEngine(await scratchRepository({ "web/Dockerfile": dockerfile, "web/a.txt": "a" }));
    const build = webBuild();
    const { imageId } = await engine.build(build, unending);
    const look = async (to: string) => engine.run(shellStep(`tar -xOf ${to} manifest.json`, { files: [{ from: "image", build: { ...build }, to }] }), unending);
    const [one, other] = await Promise.all([look("/image.tar"), look("/deep/other.tar")]);
    const [{ Config } = { Config: "" }] = JSON.parse(one.commands[0]?.stdout ?? "[]") as { Config: string }[];
    expect(Config).toContain(imageId.slice("sha256:".length));
    expect(other.commands[0]?.stdout).toBe(one.commands[0]?.stdout);
  });

  it("may be one file of the tree, and what is beside it changes nothing", async () => {
    const root = await scratchRepository({ "web/package-lock.json": "{}", "web/a.txt": "a" });
    const { engine } = await openEngine(root);
    const { commands } = await engine.run(shellStep("ls /audit && cat /audit/lock.json", { files: [{ from: "tree", path: "web/package-lock.json", to: "/audit/lock.json" }] }), unending);
    expect(commands[0]?.stdout).toBe("lock.json\n{}");
  });

  it("may be a folder of this machine, and a path that is none is told", async () => {
    const folder = await scratchFolder("database");
    await writeFiles(folder, { "db/trivy.db": "db", "metadata.json": "{}" });
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const from = (path: string) => shellStep("cd /cache && find . -type f | sort", { files: [{ from: "machine", path, to: "/cache" }] });
    expect((await engine.run(from(folder), unending)).commands[0]?.stdout).toBe("./db/trivy.db\n./metadata.json\n");
    expect(await stepErrorOf(engine.run(from(`${folder}/nowhere`), unending))).toMatchObject({ code: "SOURCE_UNREADABLE", message: `${folder}/nowhere cannot be read (ENOENT): is the path in gitops.json right?` });
  });

  it("may be one file of this machine", async () => {
    const folder = await scratchFolder("database");
    await writeFiles(folder, { "metadata.json": "{}", "trivy.db": "db" });
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const step = shellStep("ls /cache/db && cat /cache/db/it.json && date +%s%N", { files: [{ from: "machine", path: `${folder}/metadata.json`, to: "/cache/db/it.json" }] });
    const look = async (): Promise<string> => (await engine.run(step, unending)).commands[0]?.stdout ?? "";
    const first = await look();
    expect(first).toMatch(/^it\.json\n\{\}\d+\n$/);
    await writeFiles(folder, { "trivy.db": "what is beside it changes nothing" });
    expect(await look()).toBe(first);
    await writeFiles(folder, { "metadata.json": "{ }" });
    expect(await look()).toMatch(/^it\.json\n\{ \}\d+\n$/);
  });

  it("is found by its name and read, if Git knows it", async () => {
    const { engine } = await openEngine(await scratchRepository({ "package-lock.json": "1", "web/package-lock.json": "2", "ignored/package-lock.json": "3", ".gitignore": "ignored\n" }));
    expect(await engine.tree.find("package-lock.json")).toEqual(["package-lock.json", "web/package-lock.json"]);
    expect(await Promise.all(["web/package-lock.json", "ignored/package-lock.json", "../package-lock.json", "web"].map(async (path) => engine.tree.read(path)))).toEqual(["2", undefined, undefined, undefined]);
  });
});

describe("the same step asked for twice at once", () => {
  it("runs once", async () => {
    const { engine } = await openEngine(await scratchRepository({ "a.txt": "a" }));
    const step = shellStep("date +%s%N; sleep 0.3");
    const [one, other] = await Promise.all([engine.run(step, unending), engine.run({ ...step }, unending)]);
    expect(other.commands).toEqual(one.commands);
  });
});
