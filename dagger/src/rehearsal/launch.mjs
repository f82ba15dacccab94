// Starts the rehearsal in its container: `node launch.mjs <settings.json>`. It
// listens on loopback alone, and tells of itself by its address; others of the
// session come in by a door in front of it, and know it by another name.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** Written by rehearsal-service.ts. */
const { program, state, fresh, world, speed, innerPort, usersPort, toldAs, doors, hooks, secrets } = JSON.parse(readFileSync(process.argv[2], "utf8"));

if (fresh) rmSync(state, { recursive: true, force: true });
mkdirSync(state, { recursive: true, mode: 0o700 });
// Of a process that ended with an earlier session; process ids begin anew in each.
const running = join(state, "running.json");
rmSync(running, { force: true });
process.env.REHEARSAL_SECRETS_FILE = writeSecrets(join(state, "secrets.json"));

const commandLine = join(program, "src/command-line/main.ts");
// Image references name what it is told as: the same in every session, whatever address the container has. Behind the doors it is asked by names that Dagger makes.
process.argv = [process.argv[0], "rehearsal", "serve", "--engine", "podman", "--state", state, "--world", world, "--speed", String(speed), "--port", String(innerPort), "--idle-minutes", "100000", "--told-as", toldAs, "--beyond-this-machine", "--fresh-when-changed", ...Object.entries(hooks).flatMap(([name, command]) => ["--hook", `${name}=${command}`]), ...doors.filter(({ listener }) => listener !== undefined).flatMap(({ listener, inner }) => ["--listen", `${listener}=${inner}`])];
// One that was stopped, refused, or broke, ends the launcher with it: its doors would go on alone.
await Promise.all([import(pathToFileURL(commandLine).href).then(() => { process.exit(); }), openDoors()]);

/** Made up, for nobody but its own containers; kept with the state. */
function writeSecrets(file) {
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const valueFor = (name, key) => (/user/i.test(key) ? name.split("/").at(-1).replace(/[^A-Za-z0-9_]/g, "_") : randomBytes(24).toString("base64url"));
  const after = { ...before };
  for (const [name, keys] of Object.entries(secrets)) after[name] = { ...Object.fromEntries(keys.map((key) => [key, valueFor(name, key)])), ...before[name] };
  writeFileSync(file, JSON.stringify(after), { mode: 0o600 });
  return file;
}

/** When its world is made, which its file tells, whoever waits for the port may come in. */
async function openDoors() {
  while (!existsSync(running)) await pause(25);
  letUsersIn();
  for (const { outer, inner } of doors) {
    createServer((from) => {
      const to = connect(inner, "127.0.0.1");
      for (const [one, other] of [[from, to], [to, from]]) one.on("error", () => other.destroy()).pipe(other);
    }).listen(outer, "0.0.0.0");
  }
}

/** Users of a rehearsed release: POST { rate, paths } lets them come, and DELETE sends them away and says how they fared. */
function letUsersIn() {
  let users;
  createHttpServer((request, response) => {
    const end = (text) => response.setHeader("content-type", "application/json").end(text);
    void users?.leave().then((figures) => { if (request.method === "DELETE") end(figures); });
    if (request.method === "DELETE") {
      if (users === undefined) end("null");
      users = undefined;
      return;
    }
    let body = "";
    request.on("data", (chunk) => { body += chunk; }).on("end", () => {
      users = comeIn(JSON.parse(body));
      end("null");
    });
  }).listen(usersPort, "0.0.0.0");
}

function comeIn({ rate, paths }) {
  const asking = spawn(process.execPath, [commandLine, "load", "--json", "--state", state, "--rate", String(rate), "--for", "120m", ...paths.flatMap((path) => ["--path", path])], { stdio: ["ignore", "pipe", "inherit"] });
  let figures = "";
  process.once("exit", () => asking.kill());
  asking.stdout.on("data", (chunk) => { figures += chunk; });
  const ended = new Promise((resolve) => asking.once("close", resolve));
  return {
    leave: async () => {
      asking.kill("SIGINT");
      await ended;
      return figures.trim() === "" ? "null" : figures;
    },
  };
}
