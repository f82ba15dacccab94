import { describe, expect, it } from "vitest";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { givenAnswers } from "./fake-answers.ts";
import { startFakeSonar } from "./fake-sonar.ts";
import { makeScratch } from "./scan-in-scratch.ts";

describe("the scan's list of what silences Sonar", () => {
  it("names each comment with its file and line, whatever its case, and nothing that only looks like one", async () => {
    await using server = await startFakeSonar(givenAnswers);
    await using scratch = await makeScratch();
    const files = {
      "services/web/src/a.ts": "const a = 1; // NOSONAR\n\nconst b = 2; // nosonar, NoSonar\n",
      "services/worker/[größe].py": "import os  # noqa: F401\nx = 1  #noqa\n# noqatall\n",
      "services/api/A.java": '@SuppressWarnings("all")\nclass A {}\n',
      "services/api/B.java": "// @SuppressWarningsToo\n",
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(scratch.folder, "project", path, ".."), { recursive: true });
      await writeFile(join(scratch.folder, "project", path), text);
    }
    const { record } = await scratch.run({ own: false, host: server.host });
    expect(record.silenced?.map(({ marker, where }) => `${where} ${marker}`).toSorted()).toEqual([
      "services/api/A.java:1 @SuppressWarnings",
      "services/web/src/a.ts:1 NOSONAR",
      "services/web/src/a.ts:3 NoSonar",
      "services/web/src/a.ts:3 nosonar",
      "services/worker/[größe].py:1 # noqa",
      "services/worker/[größe].py:2 #noqa",
    ]);
  });
});
