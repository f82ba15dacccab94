import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fileOptions, runCommand, UsageError } from "../command-line.ts";
import { environmentNamed } from "../settings/environment-named.ts";
import { loadSettings } from "../settings/load.ts";
import { githubVariables, gitopsOverlay, jenkinsValues } from "./destinations.ts";

/**
 * `npm run outputs -- --environment production --github owner/repo`: brings names and ARNs
 * to where they are needed. Everything follows from infrastructure.json; nothing is secret.
 */
await runCommand(() => {
  const { settings, gitops } = fileOptions;
  const { values } = parseArgs({
    options: { settings, gitops, environment: { type: "string", default: "production" }, github: { type: "string" }, jenkins: { type: "boolean", default: false }, "gitops-file": { type: "boolean", default: false }, "dry-run": { type: "boolean", default: false } },
  });
  if (values.github === undefined && !values.jenkins && !values["gitops-file"]) throw new UsageError("Say where to: --github owner/repository, --jenkins or --gitops-file; --dry-run shows it first. Nothing was changed.");
  const environment = environmentNamed(values.environment, loadSettings(values));
  if (values.github !== undefined) toGithub(values.github, githubVariables(environment), values["dry-run"]);
  if (values.jenkins && environment.account.jenkins === undefined) throw new UsageError(`accounts.${environment.accountKey}.jenkins of infrastructure.json is not there, so no role for Jenkins is made; its instanceRole, or its oidcIssuer, would do. Nothing was changed.`);
  if (values.jenkins) for (const [name, value] of Object.entries(jenkinsValues(environment))) process.stdout.write(`${name}=${value}\n`);
  if (values["gitops-file"]) {
    const text = `${JSON.stringify(gitopsOverlay(environment), undefined, 2)}\n`;
    const file = join(dirname(resolve(values.gitops)), ".gitops", "environments", `${environment.key}.json`);
    if (values["dry-run"]) process.stdout.write(text);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      process.stdout.write(`${file}: written; npm run pipeline -- --environment ${environment.key} takes it\n`);
    }
  }
});

/** By GitHub's own command line, which knows who is signed in: no token passes through here. */
function toGithub(repository: string, variables: Readonly<Record<string, string>>, isDry: boolean): void {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new UsageError(`--github: is ${repository}, and must be owner/repository. Nothing was changed.`);
  let set = 0;
  for (const [name, value] of Object.entries(variables)) {
    if (!isDry) {
      const { error, status, stderr } = spawnSync("gh", ["variable", "set", name, "--repo", repository, "--body", value], { encoding: "utf8" });
      if (error !== undefined || status !== 0) {
        process.stderr.write(`${name} could not be set: ${error === undefined ? stderr.trim() : "GitHub's command line gh could not be started"}. ${String(set)} of ${String(Object.keys(variables).length)} are set; the same command sets all. Install gh and sign in with gh auth login.\n`);
        process.exitCode = 4;
        return;
      }
      set += 1;
    }
    process.stdout.write(`${isDry ? "would set" : "set"} ${name}=${value} in ${repository}\n`);
  }
}
