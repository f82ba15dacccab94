import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Stands in for `dagger` in the wrappers' tests. It writes down how it was called and what it
 * could see of secrets, and then either answers from a folder (SHIM_ANSWERS) or hands the call
 * to this repository's own command line (SHIM_MAIN), which runs the same pipeline.
 */
const argv = process.argv.slice(2);
const env = process.env;
const visible = ["SONAR_TOKEN", "SLACK_WEBHOOK_URL", "GH_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].filter((name) => (env[name] ?? "") !== "");

if (argv[0] === "version") {
  process.stdout.write("dagger v0.21.8 (a stand-in) linux/amd64\n");
} else {
  const token = join(env["RUNNER_TEMP"] ?? "/nowhere", "aws-token");
  appendFileSync(env["SHIM_LOG"] ?? "/dev/null", `${JSON.stringify({ argv, visible, token: existsSync(token) ? readFileSync(token, "utf8") : null, engine: env["_EXPERIMENTAL_DAGGER_RUNNER_HOST"] ?? null })}\n`);
  process.exitCode = argv.includes("verdict") ? verdict() : env["SHIM_MAIN"] === undefined ? answer(env["SHIM_ANSWERS"] ?? "") : runHere(env["SHIM_MAIN"]);
}

/** As the module's function does it. */
function verdict(): number {
  const { exitCode, summary } = JSON.parse(readFileSync(after("--report"), "utf8")) as { exitCode: number; summary: string };
  process.stderr.write(`${summary}\n`);
  return exitCode;
}

function answer(folder: string): number {
  const text = (name: string): string => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "");
  process.stderr.write(text("stderr"));
  process.stdout.write(text("stdout"));
  const exitCode = Number(text("exit-code"));
  if (exitCode === 0 && argv.includes("export")) cpSync(join(folder, "out"), after("--path"), { recursive: true });
  return exitCode;
}

/** `report` alone: it ends with 0 whatever the verdict is, and `verdict` reads the code. */
function runHere(main: string): number {
  const at = argv.indexOf("report");
  if (at < 0) throw new Error("The stand-in hands on `report` only.");
  const end = argv.indexOf("export");
  const asked = argv.slice(at + 1, end);
  const args = [...asked.filter((word) => word !== "--release"), ...(asked.includes("--release") ? [] : ["--no-release"]), "--out", after("--path")];
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8", env });
  process.stderr.write(`${stdout}${stderr}`);
  return existsSync(join(after("--path"), "report.json")) ? 0 : (status ?? 1);
}

function after(flag: string): string {
  return argv[argv.indexOf(flag) + 1] ?? "";
}
