import { parseArgs } from "node:util";
import { fileOptions, runCommand, UsageError } from "../command-line.ts";
import { loadSettings } from "../settings/load.ts";
import type { Environment, Resolved } from "../settings/resolve.ts";
import { AwsCli, AwsCliError } from "./aws-cli.ts";
import { planSecrets } from "./plan-secrets.ts";

/** `npm run secrets -- --environment production`: gives the environment's secrets a value each, which nobody sees and no state has. */
await runCommand(async () => {
  const { settings, gitops } = fileOptions;
  const { values } = parseArgs({ options: { settings, gitops, environment: { type: "string" }, host: { type: "string" }, replace: { type: "boolean", default: false }, "dry-run": { type: "boolean", default: false } } });
  const environment = environmentNamed(values.environment, loadSettings(values));
  if (environment.database === "external" && values.host === undefined) throw new UsageError(`The database of ${environment.key} is external: its secrets say where it is, and --host is missing; it is the output database_address of the stack.`);
  await fill(environment, values);
});

async function fill(environment: Environment, { host, replace, "dry-run": dryRun }: { host?: string | undefined; replace: boolean; "dry-run": boolean }): Promise<void> {
  const aws = new AwsCli(environment.region);
  let changed = 0;
  try {
    const names = Object.values(environment.application.release.secrets);
    const states = await Promise.all(names.map(async (name) => ({ name, hasValue: await aws.hasValue(name, environment.account.id) })));
    for (const { name, does, why, value } of planSecrets({ environment, host, replace }, states)) {
      if (does === "put" && !dryRun) {
        await aws.put(name, { ...value, password: await aws.makePassword() });
        changed += 1;
      }
      process.stdout.write(`${name}: ${does === "keep" ? "kept" : dryRun ? "would be put" : "put"} (${why}); ${Object.keys(value).join(", ")}, password\n`);
    }
  } catch (error) {
    if (!(error instanceof AwsCliError)) throw error;
    process.stderr.write(`${error.message}\n${changed === 0 ? "Nothing was changed." : `${changed} got a value, as said above; the same command goes on with the others.`}\n`);
    process.exitCode = 4;
  }
}

function environmentNamed(key: string | undefined, { environments }: Resolved): Environment {
  const found = environments.find((environment) => environment.key === key);
  if (found === undefined) throw new UsageError(`--environment: ${key === undefined ? "is missing" : `there is no ${key}`}; there are: ${environments.map((environment) => environment.key).join(", ")}`);
  return found;
}
