import { join } from "node:path";
import { execa } from "execa";
import type { ImageBuild } from "../../../../dagger/src/engine/engine.ts";
import type { ContainerCli } from "../container-engine/container-cli.ts";
import { containerName, removeContainers } from "../engine/container-name.ts";
import { isAlive, ownerInName } from "../run/owner.ts";
import type { Check, CheckResult } from "./check.ts";
import { newId, settingsOf, withEngine } from "./with-engine.ts";

/** Named here: gitops.json lists what the pipeline's gates look at. */
export const databaseBuild: ImageBuild = {
  service: "database",
  context: "services/database",
  dockerfile: "Dockerfile",
  target: "runtime",
  baseImages: { POSTGRES_IMAGE: "postgres" },
  timeoutMs: 15 * 60_000,
};

const suiteTimeoutMs = 10 * 60_000;

/** The database image's own suite, a shell script, against the built image. */
export const databaseCheck: Check = {
  name: "database",
  lane: "containers",
  run: async (surroundings) =>
    withEngine(surroundings, async ({ engine, cli }) => {
      const { root, signal } = surroundings;
      const image = await engine.build(databaseBuild, signal);
      await sweepVolumes(cli);
      const name = containerName(newId());
      try {
        const { exitCode, all } = await execa("sh", [join(root, "services/database/test/image-test.sh"), image.reference, cli.program], {
          env: { ...settingsOf(cli), CONTAINER_NAME: name },
          cancelSignal: signal,
          timeout: suiteTimeoutMs,
          reject: false,
          all: true,
        });
        return readSuite(all, exitCode);
      } finally {
        // The script does so itself, unless it was killed.
        await removeContainers(cli, [name]).catch(() => undefined);
        await cli.run(["volume", "rm", "--force", name], { accept: "any" }).catch(() => undefined);
      }
    }),
};

/** The suite's volume has its container's name: those of runs that were killed go. Tidying is never a reason not to start. */
async function sweepVolumes(cli: ContainerCli): Promise<void> {
  const { stdout } = await cli.run(["volume", "ls", "--format", "{{.Name}}"], { accept: "any" });
  const abandoned = stdout.split("\n").filter((name) => {
    const owner = ownerInName(name, "gitops-");
    return owner !== undefined && !isAlive(owner);
  });
  if (abandoned.length > 0) await cli.run(["volume", "rm", ...abandoned], { accept: "any" });
}

/** Reads `ok …` and `FAIL …` lines. A suite that did not come to its last line is a failure, whatever it printed before. */
function readSuite(output: string, exitCode: number | undefined): CheckResult {
  const lines = output.split("\n");
  const passed = lines.filter((line) => line.startsWith("ok ")).length;
  const failed = lines.filter((line) => line.startsWith("FAIL ")).length;
  const complete = passed > 0 && lines.includes(`${passed + failed} checks, ${failed} failed`) && exitCode === (failed === 0 ? 0 : 1);
  if (complete) return { passed, failed, skipped: 0, output };
  const ending = exitCode === undefined ? "was stopped" : `ended with exit code ${exitCode}`;
  return { passed, failed: failed + 1, skipped: 0, output: `The suite ${ending} before it had checked everything.\n${output}` };
}
