import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../../../dagger/src/report/schema.ts";
import { attachWorld } from "./attached-world.ts";

/** `npm run release`, from its arguments to its exit code. */

describe("npm run release", { timeout: 60_000 }, () => {
  it("deploys, and leaves a report where --out says", async () => {
    const { commit, release, root, until } = await attachWorld();
    const deploy = release(["deploy", "--out", "told"]);
    await until(deploy.isOver);
    expect(await deploy.ended).toMatchObject({ exitCode: 0 });
    const report = reportSchema.parse(JSON.parse(await readFile(join(root, "told/report.json"), "utf8")));
    expect(report).toMatchObject({ commit, verdict: "unavailable", exitCode: 0, summary: expect.stringMatching(/^No gate was asked\. .*released/) as string, release: { what: "release", outcome: { kind: "released", candidatePercent: 100 } } });
    expect(await readFile(join(root, "told/report.md"), "utf8")).toContain("released");
    expect(await readFile(join(root, "told/release.svg"), "utf8")).toContain("<svg");
  });

  it("leaves one of a refusal, too", async () => {
    const { release, root } = await attachWorld({ images: false });
    const deploy = await release(["deploy", "--out", "told"]).ended;
    expect(deploy.exitCode).toBe(2);
    const report = reportSchema.parse(JSON.parse(await readFile(join(root, "told/report.json"), "utf8")));
    expect(report).toMatchObject({ exitCode: 2, release: { refused: { code: "BAD_TEMPLATE" } } });
    expect(await release(["deploy", "--dry-run", "--out", "told"]).ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--out is for a report of what was done") as string });
  });

  it("says how a tree with changes is rehearsed", async () => {
    const { release, root } = await attachWorld();
    await writeFile(join(root, "new.txt"), "");
    const commands = ["plan", "deploy"].map((command) => release([command]).ended);
    for (const { exitCode, stderr } of await Promise.all(commands)) {
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^The tree has changes on top of [0-9a-f]{7}, and only the run that builds their images knows what those are called\. Nothing was changed\. Commit, then push and look again; or rehearse the tree as it is with `npm run pipeline`/);
    }
  });
});
