import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Step } from "../../src/engine/engine.ts";
import { stepResultPath, stepScript, stepScriptPath, type StepRecord } from "../../src/engine/step-script.ts";

/** The container engine's command line; recorders only. */
const program = process.env["CONTAINER_PROGRAM"] ?? "podman";
const run = (...args: string[]): string => execFileSync(program, args, { encoding: "utf8" }).trim();

/** Really runs a step in a container of `image`, without a network; `tree` stands for the repository. */
export function runInContainer(step: Step, image: string, tree: Readonly<Record<string, string>>): StepRecord {
  const folder = mkdtempSync(join(tmpdir(), "record-"));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, "in", path)), { recursive: true });
    writeFileSync(join(folder, "in", path), text);
  };
  put(stepScriptPath, stepScript(step));
  mkdirSync(join(folder, "in", step.workdir), { recursive: true });
  for (const file of step.files) {
    if (file.from === "text") put(file.to, file.content);
    if (file.from === "tree") {
      for (const [path, text] of Object.entries(tree)) {
        if (file.path === ".") put(join(file.to, path), text);
        else if (path === file.path || path.startsWith(`${file.path}/`)) put(join(file.to, path.slice(file.path.length)), text);
      }
    }
  }
  const env = Object.entries(step.env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const container = run("create", "--network", "none", "--user", "0", ...env, "--workdir", step.workdir, "--entrypoint", "", image, "sh", stepScriptPath);
  try {
    run("cp", `${join(folder, "in")}/.`, `${container}:/`);
    spawnSync(program, ["start", "--attach", container], { stdio: ["ignore", "ignore", "inherit"] });
    run("cp", `${container}:${stepResultPath}`, join(folder, "out"));
    return new Map(readdirSync(join(folder, "out")).map((name) => [name, readFileSync(join(folder, "out", name), "utf8")]));
  } finally {
    run("rm", "--force", container);
    rmSync(folder, { recursive: true });
  }
}

