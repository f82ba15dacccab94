import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { debianSources, sourcesList } from "../src/debian-mirror.ts";

let apt: string;
beforeEach(async () => {
  apt = await mkdtemp(join(tmpdir(), "gitops-apt-"));
  await mkdir(join(apt, "sources.list.d"));
});
afterEach(() => rm(apt, { recursive: true }));

const lines = async () => sourcesList(await debianSources(apt), "trixie");

describe("debianSources", () => {
  test("reads stanzas, with their security and updates", async () => {
    await writeFile(
      join(apt, "sources.list.d", "debian.sources"),
      "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\nTypes: deb deb-src\nURIs: http://mirror.example/security\nSuites: bookworm-security\nComponents: main\n\nEnabled: no\nTypes: deb\nURIs: http://off.example/\nSuites: bookworm\n",
    );
    expect(await lines()).toEqual([
      "deb http://mirror.example/debian trixie main",
      "deb http://mirror.example/debian trixie-updates main",
      "deb http://mirror.example/security trixie-security main",
    ]);
  });

  test("reads lines, and leaves a password out that the image would keep", async () => {
    await writeFile(join(apt, "sources.list"), "# deb http://old.example sid main\ndeb [signed-by=/k.gpg] https://me:secret@mirror.example/debian trixie main contrib\n");
    expect(await lines()).toEqual(["deb https://mirror.example/debian trixie main"]);
  });

  test("has none on Ubuntu, nor from other publishers", async () => {
    await writeFile(join(apt, "sources.list"), "deb http://mirror.example/ubuntu noble main\ndeb https://node.example nodistro main\n");
    expect(await lines()).toEqual([]);
  });
});
