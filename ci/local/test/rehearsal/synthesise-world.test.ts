import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../../../dagger/src/config.ts";
import { releaseSchema } from "../../../../dagger/src/release/release-settings.ts";
import { synthesiseWorld } from "../../src/rehearsal/synthesise-world.ts";

const settings = releaseSchema.parse({ container: "proxy", port: 8080, rehearsal: { world: "cdktf/cdktf.out" } });

/** Its synth fails, and shows what it was given. */
async function failingSynth(env: NodeJS.ProcessEnv): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "synth-"));
  onTestFinished(async () => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "cdktf"));
  const { infrastructure } = parseConfig(JSON.stringify({ project: "notes", services: { web: { path: "web" } }, infrastructure: { path: "cdktf", synth: ["node", "-e", "console.log(JSON.stringify(process.env)); process.exit(3)"] } }));
  const failure: unknown = await synthesiseWorld({ root, env, settings, infrastructure }).catch((error: unknown) => error);
  return failure instanceof Error ? failure.message : "";
}

it("says how a synth has ended, and what it said", async () => {
  expect(await failingSynth({ ...process.env, SHOWN: "shown" })).toMatch(/in cdktf ended with 3\. Nothing was released\.[^]*"SHOWN":"shown"/);
});

it.each(["SLACK_WEBHOOK_URL", "RELEASE_WEBHOOK_URL", "PROMETHEUS_TOKEN", "SONAR_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])("gives the repository's own commands no %s", async (name) => {
  const said = await failingSynth({ ...process.env, [name]: "planted-value" });
  expect(said).toContain("PATH");
  expect(said).not.toContain("planted-value");
});
