import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeOwnSecrets } from "../../src/rehearsal/own-secrets.ts";
import { scratchFolder } from "../support/scratch.ts";

const read = async (file: string): Promise<Record<string, Record<string, string>>> => JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, string>>;
const wanted = { "notes/database/backend": ["password", "username"], "notes/database/migration-2": ["password", "username"] };

it("gives each secret a user and a password of its own, for the owner's eyes only", async () => {
  const file = join(await scratchFolder("secrets"), "state", "secrets.json");
  await writeOwnSecrets(file, wanted);
  const { "notes/database/backend": backend, "notes/database/migration-2": migration } = await read(file);
  expect([backend?.["username"], migration?.["username"]]).toEqual(["backend", "migration_2"]);
  expect(backend?.["password"]).toMatch(/^[\w-]{32}$/);
  expect(backend?.["password"]).not.toBe(migration?.["password"]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it("keeps what containers that run were started with, and adds what is new", async () => {
  const file = join(await scratchFolder("secrets"), "secrets.json");
  await writeOwnSecrets(file, { "notes/database/backend": ["password"] });
  const before = await read(file);
  await writeOwnSecrets(file, wanted);
  const after = await read(file);
  expect(after["notes/database/backend"]).toEqual({ ...before["notes/database/backend"], username: "backend" });
  expect(Object.keys(after)).toEqual(Object.keys(wanted));
});

it("begins anew where the file is none of its own", async () => {
  const file = join(await scratchFolder("secrets"), "secrets.json");
  await writeFile(file, "{ not JSON");
  await writeOwnSecrets(file, wanted);
  expect(Object.keys(await read(file))).toEqual(Object.keys(wanted));
});
