import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { catalogue } from "../../../../dagger/src/images/catalogue.ts";
import { reportSchema, type Report } from "../../../../dagger/src/report/schema.ts";

/** Advisories are published every day: what an older report does not know is not the pull request's doing. */
const longestMs = 24 * 3_600_000;

/**
 * Reports of baselines, by commit and by what the tools were. Only those of clones
 * that held nothing but the commit's own history: what a gate finds on another
 * branch is not that commit's.
 */
export class ReportStore {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, "reports");
  }

  /** Undefined when there is none of that project's commit, an older one, or one that cannot be read: it is then made again. */
  async get(project: string, commit: string, now: number): Promise<Report | undefined> {
    try {
      const report = reportSchema.parse(JSON.parse(await readFile(this.#path(project, commit), "utf8")));
      return report.commit === commit && now - Date.parse(report.startedAt) < longestMs ? report : undefined;
    } catch {
      return undefined;
    }
  }

  /** A cache that cannot be written (a full disk, say) costs time later and is no error now. */
  async put(report: Report, uniqueId: string): Promise<void> {
    const path = this.#path(report.project, report.commit);
    const part = `${path}.${uniqueId}.part`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(part, JSON.stringify(report), { mode: 0o600 });
      await rename(part, path);
    } catch {
      await rm(part, { force: true }).catch(() => undefined);
    }
  }

  #path(project: string, commit: string): string {
    const tools = createHash("sha256").update(JSON.stringify(catalogue)).digest("hex").slice(0, 12);
    return join(this.#folder, `baseline-${project}-${commit}-${tools}.json`);
  }
}
