import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { releaseSchema } from "../../../../dagger/src/release/release-settings.ts";
import { requireHooks } from "../../src/rehearsal/rehearsal-hooks.ts";

const settings = releaseSchema.parse({ container: "proxy", port: 8080, hooks: { AfterAllowTestTraffic: "probe" }, rehearsal: { hooks: { probe: "node probe.mjs" } } });
const here = { command: [process.execPath, "probe.mjs"], cwd: "/clone" };

it.each<[string, string, string | undefined]>([
  ["has the hook", JSON.stringify({ hooks: { probe: JSON.stringify(here) } }), undefined],
  ["has that of another clone", JSON.stringify({ hooks: { probe: JSON.stringify({ ...here, cwd: "/other" }) } }), "runs the hook probe of another clone, in /other"],
  ["has none", JSON.stringify({ hooks: {} }), "has nothing to run for the hook probe"],
  // Cut off by a full disk.
  ["says nothing that can be read", '{"hooks":{"pro', "has nothing to run for the hook probe"],
])("a rehearsal that %s is used, or refused before anything is released", async (_what, written, why) => {
  const state = await mkdtemp(join(tmpdir(), "hooks-"));
  onTestFinished(async () => rm(state, { recursive: true, force: true }));
  await writeFile(join(state, "settings.json"), written);
  const asked = requireHooks(state, { root: "/clone", settings });
  if (why === undefined) await expect(asked).resolves.toBeUndefined();
  else await expect(asked).rejects.toMatchObject({ name: "CliError", exitCode: 2, message: expect.stringContaining(`${why}. Nothing was released.`) as string });
});
