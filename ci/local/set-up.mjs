/**
 * Makes node_modules what package-lock.json says, before an npm script runs.
 * No dependencies, and plain enough for Node 20: the Node 24 that everything
 * else needs comes with the packages. Silent and quick when nothing is to do;
 * says what it does on stderr, since stdout belongs to the script.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 24;
const OLDEST_NODE_FOR_SET_UP = 20;
const ABOUT_SECONDS = 30;
/** A tool or the environment broke. */
const EXIT_BROKEN = 4;

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const modules = join(root, "node_modules");
const stampFile = join(modules, ".gitops-lock");

await main();

async function main() {
  if (isUpToDate()) return;
  refuseOldNode();
  await withLock(async () => {
    if (isUpToDate()) return;
    const stamp = wantedStamp();
    rmSync(stampFile, { force: true });
    await install();
    verifyNode();
    writeStamp(stamp);
  });
}

function isUpToDate() {
  return readOr(stampFile, "") === wantedStamp();
}

/** Packages differ by platform as well: a folder may be shared with a container. */
function wantedStamp() {
  const lock = readOr(join(root, "package-lock.json"), undefined);
  if (lock === undefined) stop("There is no package-lock.json. Nothing was installed. Restore it with Git, then start again.");
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform}-${process.arch}\n`;
}

/** Written last and at once, so that an interrupted installation leaves none. */
function writeStamp(stamp) {
  const draft = `${stampFile}.${process.pid}`;
  writeFileSync(draft, stamp);
  renameSync(draft, stampFile);
}

function refuseOldNode() {
  const major = majorOf(process.version);
  if (major < OLDEST_NODE_FOR_SET_UP) {
    stop(`This project needs Node ${OLDEST_NODE_FOR_SET_UP} or newer to set itself up, and this is ${process.version}. Nothing was installed. Install Node ${OLDEST_NODE}, then start again.`);
  }
  if (!bringsNode() && major < OLDEST_NODE) stop(needsNode(process.version));
}

/** Only for these is there a Node among the packages. */
function bringsNode() {
  return process.platform === "linux" && ["x64", "arm64"].includes(process.arch);
}

function verifyNode() {
  if (!bringsNode()) return;
  const { stdout, status } = spawnSync(join(modules, ".bin", "node"), ["--version"], { encoding: "utf8" });
  if (status === 0 && majorOf(stdout) >= OLDEST_NODE) return;
  // Not for this C library (Alpine), or left out by npm: then the machine's own must do.
  if (majorOf(process.version) < OLDEST_NODE) stop(needsNode(status === 0 ? stdout.trim() : process.version));
}

function needsNode(found) {
  return `This project needs Node ${OLDEST_NODE} or newer, and this is ${found} on ${process.platform} (${process.arch}), for which no Node comes with the packages. Install Node ${OLDEST_NODE}, then start again.`;
}

function majorOf(version) {
  return Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
}

async function install() {
  const began = Date.now();
  say(`installing the packages of package-lock.json, about ${ABOUT_SECONDS} s`);
  const [command, ...args] = npmCommand();
  const { code, signal } = await run(command, [...args, "ci", "--include=dev", "--include=optional", "--loglevel=error"]);
  if (signal) {
    stop("The installation was interrupted. The packages are incomplete; the next start installs them again.");
  }
  if (code !== 0) {
    stop("npm could not install the packages: its own message stands above. Nothing else was started. Make the npm registry reachable (proxy, mirror, .npmrc), then start again.");
  }
  say(`the packages are installed (${Math.round((Date.now() - began) / 1000)} s)`);
}

function npmCommand() {
  const execPath = process.env.npm_execpath;
  if (execPath && basename(execPath) === "npm-cli.js" && existsSync(execPath)) return [process.execPath, execPath];
  return ["npm"];
}

/** npm's stdout goes to our stderr. A signal to us ends npm first. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", 2, 2], env: environment() });
    const pass = (signal) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
    child.on("error", (error) => {
      say(error.message);
      resolve({ code: 1 });
    });
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
}

/** What npm tells its scripts about one workspace would lead the other npm astray. */
function environment() {
  const misleading = /^npm_(config_(workspaces?|local_prefix|global|location|dry_run|omit|include|production|package_lock_only)$|package_|lifecycle_)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !misleading.test(name)));
}

/**
 * One installation at a time: a file beside no checkout (npm empties
 * node_modules), holding the id of the process that has it. One left by a dead
 * process is taken over.
 */
async function withLock(work) {
  const where = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const file = join(tmpdir(), `gitops-set-up-${process.getuid?.() ?? 0}-${where}.lock`);
  let waiting = false;
  while (!take(file)) {
    if (!waiting) say("another process is installing the packages: waiting for it");
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(file, { force: true });
  process.on("exit", release);
  await work();
  process.off("exit", release);
  release();
}

function take(file) {
  try {
    const handle = openSync(file, "wx");
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (isAbandoned(file)) {
      // Renamed first: of two that find it abandoned, one alone may remove it.
      try {
        renameSync(file, `${file}.${process.pid}`);
        rmSync(`${file}.${process.pid}`, { force: true });
      } catch {
        // The other one was quicker.
      }
    }
    return false;
  }
}

function isAbandoned(file) {
  const owner = Number(readOr(file, ""));
  // Just made and not yet written, or a process that ended within that moment.
  if (!owner) return Date.now() - modifiedAt(file) > 5_000;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function modifiedAt(file) {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return Date.now();
  }
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

function say(message) {
  process.stderr.write(`${message}\n`);
}

function stop(message) {
  say(message);
  process.exit(EXIT_BROKEN);
}
