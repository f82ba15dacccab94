import { App } from "cdktf";
import type { Resolved } from "./settings/resolve.ts";
import { AccountStack } from "./stacks/account-stack.ts";
import { EnvironmentStack } from "./stacks/environment-stack.ts";

/** All stacks of all accounts and environments. */
export function buildApp(settings: Resolved, outdir: string): App {
  const app = new App({ outdir });
  for (const account of settings.accounts) new AccountStack(app, account);
  for (const environment of settings.environments) new EnvironmentStack(app, environment);
  return app;
}
