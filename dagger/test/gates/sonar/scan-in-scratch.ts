import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseRecord, type ScanRecord } from "../../../src/gates/sonar/record.ts";

/** A folder with the scan's settings and a sonar-scanner of the test's own. */
export interface Scratch extends AsyncDisposable {
  readonly folder: string;
  readonly run: (settings: Readonly<Record<string, unknown>>, env?: Readonly<Record<string, string>>) => Promise<ScanRun>;
  readonly read: (name: string) => Promise<string>;
  readonly modeOf: (name: string) => Promise<number>;
}

export interface ScanRun {
  readonly exitCode: number | null;
  /** Both streams. */
  readonly printed: string;
  readonly record: ScanRecord;
  readonly recordText: string;
}

const scanScript = fileURLToPath(new URL("../../../src/gates/sonar/scan.mjs", import.meta.url));

/** What a good sonar-scanner leaves; its environment and arguments go to files of the scratch folder. */
export const goodScanner = [
  'env >"$SCRATCH/scanner.env"',
  'echo "$@" >"$SCRATCH/scanner.argv"',
  'cat "$SCRATCH/work/scan.properties" >"$SCRATCH/scanner.properties"',
  "echo '10:00:00.000 INFO  2 files indexed (done) | time=5ms'",
  'mkdir -p "$SCRATCH/work/scannerwork"',
  "printf 'projectKey=notes\\nserverVersion=25.12.0.117093\\nceTaskId=task-1\\n' >\"$SCRATCH/work/scannerwork/report-task.txt\"",
].join("\n");

export async function makeScratch(scanner = goodScanner): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), "scan-"));
  await writeFile(join(folder, "sonar-scanner"), `#!/bin/sh\n${scanner}\n`, { mode: 0o755 });
  await writeFile(join(folder, "project.properties"), "sonar.projectKey=notes\n");
  await writeFile(join(folder, "token"), "squ_given\n");
  await mkdir(join(folder, "project"));
  const paths = { credentials: join(folder, "credentials"), token: join(folder, "token"), properties: join(folder, "project.properties"), project: join(folder, "project"), record: join(folder, "report/sonar.json"), work: join(folder, "work") };
  return {
    folder,
    read: async (name) => readFile(join(folder, name), "utf8"),
    modeOf: async (name) => (await stat(join(folder, name))).mode & 0o777,
    run: async (settings, env = {}) => {
      await writeFile(join(folder, "settings.json"), JSON.stringify({ project: "notes", timeoutMs: 20_000, requestMs: 10_000, pollMs: 1, paths, ...settings }));
      const child = spawn(process.execPath, [scanScript, join(folder, "settings.json")], { stdio: ["ignore", "pipe", "pipe"], env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, SCRATCH: folder, ...env } });
      let printed = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
      const [exitCode] = (await once(child, "close")) as [number | null];
      const recordText = await readFile(paths.record, "utf8");
      return { exitCode, printed, record: parseRecord(recordText), recordText };
    },
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
  };
}
