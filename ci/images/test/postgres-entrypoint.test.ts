import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { standInReference } from "../../../dagger/src/images/catalogue.ts";
import { canInstallPackages } from "../../local/src/container-engine/apt.ts";
import type { ContainerEngine } from "../../local/src/container-engine/engine.ts";
import { findContainerEngine } from "../../local/src/container-engine/find-engine.ts";
import { collectHostSettings } from "../src/host-settings.ts";
import { ensureStandIn } from "../src/stand-in.ts";

const image = standInReference("postgres");
const password = `p'a"ss $x \\ %`;

/** What others rely on in the published image's entry point, of the stand-in. */
describe.runIf(await canInstallPackages(process.env))("the entry point of the postgres stand-in", { timeout: 300_000 }, () => {
  let engine: ContainerEngine;

  beforeAll(async () => {
    const notify = () => undefined;
    engine = await findContainerEngine({ env: process.env, install: "yes", notify });
    const host = await collectHostSettings(process.env, join(import.meta.dirname, "../../.."));
    await ensureStandIn("postgres", { containers: engine, host, env: process.env, notify });
  }, 300_000);

  /** Runs a shell script as root beside the server: `ready` waits until it answers over TCP. */
  async function inContainer(script: string, options: { env?: Readonly<Record<string, string>>; files?: string; user?: string } = {}): Promise<{ exitCode: number; stdout: string }> {
    const name = `gitops-test-postgres-${randomBytes(5).toString("hex")}`;
    onTestFinished(async () => {
      await engine.cli.run(["rm", "--force", "--volumes", name], { accept: "any" });
    });
    const { env = {}, files, user = "0:0" } = options;
    const ready = "ready() { n=0; until pg_isready -q -h 127.0.0.1; do n=$((n + 1)); [ $n -lt 300 ] || exit 9; sleep 0.1; done; }";
    return engine.cli.run(
      [
        ...["run", "--rm", "--name", name, "--network", "none", "--user", user, "--entrypoint", ""],
        ...(files === undefined ? [] : ["--volume", `${files}:/docker-entrypoint-initdb.d:ro`]),
        ...Object.keys(env).flatMap((variable) => ["--env", variable]),
        ...[image, "sh", "-c", `${ready}; ${script}`],
      ],
      { env, accept: "any" },
    );
  }

  async function scratch(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "gitops-test-initdb-"));
    await chmod(folder, 0o755);
    onTestFinished(async () => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  test("refuses a first start without a password, and says what is missing", async () => {
    const { exitCode, stdout } = await inContainer("docker-entrypoint.sh postgres 2>&1; code=$?; ls -A $PGDATA; exit $code");
    expect({ exitCode, stdout: stdout.trim() }).toEqual({
      exitCode: 1,
      stdout: "postgres: a first start needs POSTGRES_PASSWORD. Nothing was created. Set it, or POSTGRES_HOST_AUTH_METHOD=trust where everybody may connect.",
    });
  });

  test("lets everybody in over TCP with trust, and runs the server as its own user", async () => {
    const { stdout } = await inContainer('docker-entrypoint.sh postgres >/dev/null 2>&1 & ready; psql -h 127.0.0.1 -U postgres -Atc "select current_user, current_database(), pg_encoding_to_char(encoding) from pg_database where datname = current_database()"; ps_uid=$(stat -c %u /proc/$(head -1 $PGDATA/postmaster.pid)); echo "$ps_uid"', { env: { POSTGRES_HOST_AUTH_METHOD: "trust" } });
    expect(stdout.trim().split("\n")).toEqual(["postgres|postgres|UTF8", "999"]);
  });

  test("makes the user, the password and the database that it is told, in the folder that it is told, and fills them from /docker-entrypoint-initdb.d", async () => {
    const folder = await scratch();
    await writeFile(join(folder, "1.sql"), "create table words (word text);\n");
    await writeFile(join(folder, "2.sh"), '#!/bin/sh\npsql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -qc "insert into words values (\'executed\')"\nif pg_isready -q -h 127.0.0.1; then echo "on TCP already" >&2; exit 1; fi\n');
    await chmod(join(folder, "2.sh"), 0o755);
    await writeFile(join(folder, "3.sh"), 'sourced=yes\npsql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -qc "insert into words values (\'sourced\')"\n');
    const env = { POSTGRES_USER: "me", POSTGRES_PASSWORD: password, POSTGRES_DB: 'my "db', PGDATA: "/elsewhere/data" };
    const query = 'psql -h 127.0.0.1 -U me -d \'my "db\' -Atc';
    const { stdout } = await inContainer(`docker-entrypoint.sh -c log_statement=all >/dev/null 2>&1 & ready; ${query} "select word from words"; ${query} "show log_statement"; ${query} "show data_directory"; tail -n 1 $PGDATA/pg_hba.conf; tr '\\0' '\\n' </proc/$(head -1 $PGDATA/postmaster.pid)/environ | grep -c PASSWORD`, { env: { ...env, PGPASSWORD: password }, files: folder });
    expect(stdout.trim().split("\n")).toEqual(["executed", "sourced", "all", "/elsewhere/data", "host all all all scram-sha-256", "0"]);
  });

  test("asks for the password from another address, and takes it from a file too", async () => {
    const script = `printf '%s\\n' "$SECRET" >/tmp/password; unset SECRET
      POSTGRES_PASSWORD_FILE=/tmp/password docker-entrypoint.sh postgres >/dev/null 2>&1 & ready
      sed -i '/^host.*trust/d' $PGDATA/pg_hba.conf; psql -U postgres -Atqc 'select pg_reload_conf()' >/dev/null
      PGPASSWORD=wrong psql -h 127.0.0.1 -U postgres -Atc 'select 1' 2>&1 | grep -o 'password authentication failed' ; PGPASSWORD=$(cat /tmp/password) psql -h 127.0.0.1 -U postgres -Atc 'select 2'`;
    const { stdout } = await inContainer(script, { env: { SECRET: password } });
    expect(stdout.trim().split("\n")).toEqual(["password authentication failed", "2"]);
  });

  test("does not start a server whose files for the first start do not work", async () => {
    const folder = await scratch();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "1.sql"), "select * from nowhere;\n");
    const { exitCode, stdout } = await inContainer("docker-entrypoint.sh postgres 2>&1", { env: { POSTGRES_HOST_AUTH_METHOD: "trust" }, files: folder });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('relation "nowhere" does not exist');
  });

  test("starts as the user postgres, too, and keeps what is there on a second start", async () => {
    const script = 'docker-entrypoint.sh postgres >/dev/null 2>&1 & ready; psql -U postgres -qc "create table kept ()"; kill -INT $!; wait $!; unset POSTGRES_HOST_AUTH_METHOD; docker-entrypoint.sh postgres >/dev/null 2>&1 & ready; psql -U postgres -Atc "select count(*) from pg_class where relname = \'kept\'"';
    const { stdout } = await inContainer(script, { env: { POSTGRES_HOST_AUTH_METHOD: "trust" }, user: "999:999" });
    expect(stdout.trim()).toBe("1");
  });

  test("runs any other command as it is", async () => {
    expect((await inContainer("docker-entrypoint.sh id -u")).stdout.trim()).toBe("0");
  });
});
