import { execFile, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { z } from "zod";

const launcher = fileURLToPath(new URL("../../src/rehearsal/launch.mjs", import.meta.url));

/** The file of a rehearsal that the launcher knows: it tells by HTTP how it was started. */
const program = {
  "src/command-line/main.ts": `
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
const args = process.argv.slice(2);
const valueOf = (option: string): string => args[args.indexOf(option) + 1] ?? "";
if (args[0] === "load") {
  process.once("SIGINT", () => { console.log(JSON.stringify({ args })); process.exit(); });
  setInterval(() => undefined, 1000);
  writeFileSync(join(valueOf("--state"), "asking"), "");
}
if (args[0] === "serve") {
  const server = createServer((_request, response) => response.end(JSON.stringify({ args, secretsFile: process.env["REHEARSAL_SECRETS_FILE"] }))).listen(Number(valueOf("--port")), "127.0.0.1", () => writeFileSync(join(valueOf("--state"), "running.json"), "{}"));
  await new Promise((resolve) => process.once("SIGTERM", resolve));
  server.close();
}
`,
};

const answerSchema = z.object({ args: z.array(z.string()), secretsFile: z.string() });
type Answer = z.infer<typeof answerSchema>;

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

it("starts the rehearsal's own command line, behind a door", async () => {
  const { answer } = await launch(await newState());
  expect(answer.args.slice(0, 3)).toEqual(["serve", "--engine", "podman"]);
  expect(pairs(answer.args)).toMatchObject({ "--speed": "20", "--listen": "80=30080", "--world": "/world", "--hook": 'probe={"command":["node","a b.mjs"]}' });
});

it("has it tell of itself by a name that stays, wherever it listens, and answer to the names of the session", async () => {
  const { args } = (await launch(await newState())).answer;
  expect(pairs(args)).toMatchObject({ "--told-as": "http://rehearsal:4610" });
  expect(args).toContain("--beyond-this-machine");
});

it("begins anew where the world is another one than is kept", async () => {
  expect((await launch(await newState())).answer.args).toContain("--fresh-when-changed");
});

it("ends at a signal, once the rehearsal has stopped: its doors are not left open", async () => {
  const { child } = await launch(await newState());
  const ends = new Promise((resolve) => child.once("exit", (code, signal) => { resolve([code, signal]); }));
  child.kill("SIGTERM");
  expect(await ends).toEqual([0, null]);
});

it("makes up secrets for its containers alone, and keeps them with the state", async () => {
  const state = await newState();
  const first = await launch(state);
  const secrets = z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(await readFile(first.answer.secretsFile, "utf8")));
  expect(secrets["notes/database/backend"]).toEqual({ username: "backend", password: expect.stringMatching(/^[\w-]{32}$/) as string });
  expect((await stat(first.answer.secretsFile)).mode & 0o777).toBe(0o600);
  await first.end();
  const second = await launch(state);
  expect(JSON.parse(await readFile(second.answer.secretsFile, "utf8"))).toEqual(secrets);
});

it("takes up what an earlier session has left, unless it is to be fresh", async () => {
  const state = await newState();
  await writeFile(join(state, "kept"), "");
  const first = await launch(state);
  await expect(stat(join(state, "kept"))).resolves.toBeDefined();
  await first.end();
  await launch(state, { fresh: true });
  await expect(stat(join(state, "kept"))).rejects.toThrow("ENOENT");
});

it("lets users come and go while it runs, and says how they fared", async () => {
  const state = await newState();
  const { usersUrl } = await launch(state);
  await fetch(usersUrl, { method: "POST", body: JSON.stringify({ rate: 50, paths: ["/", "/api"] }) });
  await vi.waitFor(async () => stat(join(state, "asking")), { timeout: 10_000, interval: 20 });
  const figures = z.object({ args: z.array(z.string()) }).parse(await (await fetch(usersUrl, { method: "DELETE" })).json());
  expect(figures.args.join(" ")).toMatch(/^load --json --state \S+ --rate 50 --for 120m --path \/ --path \/api$/);
  expect(await (await fetch(usersUrl, { method: "DELETE" })).json()).toBeNull();
});

it("ends with a rehearsal that was refused, as that did", async () => {
  const [state, folder] = [await newState(), await newState()];
  const refused = { ...program, "src/command-line/main.ts": "process.exitCode = 2;\n", "package.json": '{"type":"module"}', "settings.json": JSON.stringify({ program: folder, state, fresh: false, world: "/world", speed: 20, innerPort: 0, usersPort: 0, toldAs: "http://rehearsal:4610", doors: [], hooks: {}, secrets: {} }) };
  for (const [path, text] of Object.entries(refused)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const child = execFile(process.execPath, [launcher, join(folder, "settings.json")]);
  undo.push(async () => ended(child));
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(2);
});

async function newState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "launch-"));
  undo.push(async () => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "state"));
  return join(folder, "state");
}

async function launch(state: string, more: { readonly fresh?: boolean } = {}): Promise<{ answer: Answer; usersUrl: string; child: ChildProcess; end: () => Promise<void> }> {
  const folder = await newState();
  for (const [path, text] of Object.entries(program)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  const [outer, inner, usersPort] = [await freePort(), await freePort(), await freePort()];
  const settings = { program: folder, state, fresh: false, world: "/world", speed: 20, innerPort: inner, usersPort, toldAs: "http://rehearsal:4610", doors: [{ outer, inner }, { listener: 80, outer: await freePort(), inner: 30_080 }], hooks: { probe: '{"command":["node","a b.mjs"]}' }, secrets: { "notes/database/backend": ["username", "password"] }, ...more };
  await writeFile(join(folder, "settings.json"), JSON.stringify(settings));
  const child = execFile(process.execPath, [launcher, join(folder, "settings.json")]);
  const end = async (): Promise<void> => ended(child);
  undo.push(end);
  const answer = await vi.waitFor(async () => answerSchema.parse(await (await fetch(`http://127.0.0.1:${String(outer)}/`)).json()), { timeout: 10_000, interval: 20 });
  return { answer, usersUrl: `http://127.0.0.1:${String(usersPort)}/`, child, end };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const pairs = (args: readonly string[]): Record<string, string> => Object.fromEntries(args.flatMap((arg, at) => (arg.startsWith("--") ? [[arg, args[at + 1] ?? ""]] : [])));
