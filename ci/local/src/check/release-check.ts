import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Check } from "./check.ts";
import { runVitest } from "./own-checks.ts";

/**
 * The application released on the rehearsal, with its real images: a good
 * release, and one that has to come back. Users ask meanwhile, and other work
 * would keep them waiting.
 */
export const releaseCheck: Check = {
  name: "release",
  lane: "alone",
  run: async (surroundings) => {
    const folder = await mkdtemp(join(tmpdir(), "gitops-check-"));
    const figures = join(folder, "figures");
    try {
      const result = await runVitest(["--config", "vitest.release.config.ts"], surroundings, { extraEnv: { GITOPS_RELEASE_FIGURES: figures } });
      const said = await readFile(figures, "utf8").catch(() => "");
      for (const line of said.split("\n").filter((text) => text !== "")) surroundings.notify(line);
      return result;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
