import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

/** Stands in for AWS's command line: answers as it does, and notes what it was given. */
const aws = `#!/bin/sh
what=$2
name=$4
stdin=
if [ "$what" = put-secret-value ]; then stdin=$(/bin/cat); fi
line=$(printf '%s\\037' "$@")
# One write: two of them run at a time.
printf '%s\\036%s\\n' "$line" "$stdin" >>"$FAKE_AWS/calls"
if [ "$FAKE_FAILS" = "$what $name" ]; then echo "An error occurred (AccessDenied)" >&2; exit 254; fi
case $what in
  describe-secret)
    versions=0
    case ",$FAKE_FILLED," in *",$name,"*) versions=1 ;; esac
    printf 'arn:aws:secretsmanager:eu-west-1:%s:secret:%s-abcdef\\t%s\\n' "\${FAKE_ACCOUNT:-444455556666}" "$name" "$versions" ;;
  get-random-password) /bin/cat "$FAKE_AWS/password" ;;
  put-secret-value) echo version ;;
esac
`;

const password = "p".repeat(40);
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "aws"), aws);
  chmodSync(join(folder, "bin", "aws"), 0o755);
  writeFileSync(join(folder, "password"), password);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function secrets(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "../../src/secrets/main.ts"), ...args], { encoding: "utf8", env: { PATH: join(folder, "bin"), FAKE_AWS: folder, ...environment } });
  let calls = "";
  try {
    calls = readFileSync(join(folder, "calls"), "utf8");
  } catch {
    // It was not called.
  }
  return { status, stdout, stderr, calls: calls.split("\n").filter(Boolean).map(readCall) };
}

function readCall(line: string): { args: string[]; stdin: string } {
  const [args = "", stdin = ""] = line.split("\u001e");
  return { args: args.split("\u001f").slice(0, -1), stdin };
}

const production = ["--environment", "production", "--host", "db.example.internal"];

it("gives both secrets a value that AWS makes, through a pipe: none stands in an argument or in what is said", () => {
  const { status, stdout, stderr, calls } = secrets(production);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const puts = calls.filter(({ args }) => args[1] === "put-secret-value");
  expect(puts.map(({ args, stdin }) => [args[3], JSON.parse(stdin) as unknown])).toEqual([
    ["notes/database/backend", { username: "notes_backend", password, host: "db.example.internal", port: "5432", dbname: "notes", tls: "require" }],
    ["notes/database/migration", { username: "notes_migration", password, host: "db.example.internal", port: "5432", dbname: "notes", tls: "require" }],
  ]);
  expect(JSON.stringify(calls.map(({ args }) => args))).not.toContain(password);
  expect(stdout).not.toContain(password);
  expect(calls.map(({ args }) => args[1])).not.toContain("get-secret-value");
});

it("gives a sidecar's secrets users and passwords alone", () => {
  const { calls } = secrets(["--environment", "lab"], { FAKE_ACCOUNT: "111122223333" });
  expect(calls.filter(({ args }) => args[1] === "put-secret-value").map(({ stdin }) => Object.keys(JSON.parse(stdin) as object))).toEqual([["username", "password"], ["username", "password"]]);
});

it("has the keys that the task definition and gitops.json ask for", () => {
  const { calls } = secrets(production);
  const put = Object.keys(JSON.parse(calls.find(({ args }) => args[1] === "put-secret-value")?.stdin ?? "{}") as object);
  const template = readFileSync(join(import.meta.dirname, "../../../services/task-definition.json"), "utf8");
  const gitops = readFileSync(join(import.meta.dirname, "../../../gitops.json"), "utf8");
  const asked = [...`${template}${gitops}`.matchAll(/__[A-Z_]+_SECRET_ARN__:(\w+)::/g)].map(([, key]) => key);
  expect(new Set(asked).size).toBeGreaterThan(4);
  expect(asked.filter((key) => key !== undefined && !put.includes(key))).toEqual([]);
});

it("keeps what has a value, unless it is told to replace it", () => {
  const filled = { FAKE_FILLED: "notes/database/backend" };
  const { stdout, calls } = secrets(production, filled);
  expect(stdout).toContain("notes/database/backend: kept");
  expect(calls.filter(({ args }) => args[1] === "put-secret-value").map(({ args }) => args[3])).toEqual(["notes/database/migration"]);
  expect(secrets([...production, "--replace"], filled).stdout).toContain("notes/database/backend: put (--replace)");
});

it("shows what it would do and makes no password with --dry-run", () => {
  const { status, stdout, calls } = secrets([...production, "--dry-run"]);
  expect([status, stdout.match(/would be put/g)?.length]).toEqual([0, 2]);
  expect(new Set(calls.map(({ args }) => args[1]))).toEqual(new Set(["describe-secret"]));
});

it.each([
  ["another account's secret", production, { FAKE_ACCOUNT: "999988887777" }, 4, /is in account 999988887777, and infrastructure.json says 444455556666.*\nNothing was changed/],
  ["a secret that is not there", production, { FAKE_FAILS: "describe-secret notes/database/migration" }, 4, /AccessDenied\)\nNothing was changed/],
  ["a put that fails in the middle", production, { FAKE_FAILS: "put-secret-value notes/database/migration" }, 4, /1 got a value/],
  ["no environment", [], {}, 2, /--environment: is missing; there are: lab, production/],
  ["an unknown environment", ["--environment", "prod"], {}, 2, /there is no prod; there are: lab, production/],
  ["an external database whose address is not said", ["--environment", "production"], {}, 2, /--host is missing/],
  ["an unknown option", ["--password", "x"], {}, 2, /--password/],
])("says what is wrong with %s", (_, args, environment, code, says) => {
  const { status, stderr } = secrets(args, environment);
  expect(status).toBe(code);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n\s+at /);
});
