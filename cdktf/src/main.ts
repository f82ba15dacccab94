import { parseArgs } from "node:util";
import { fileOptions, runCommand } from "./command-line.ts";
import { synth } from "./synth.ts";

/** `npm run synth`: writes the Terraform JSON of all stacks to cdktf.out, or leaves that folder as it was. */
await runCommand(() => {
  const { values } = parseArgs({ options: fileOptions });
  const { accounts, environments } = synth(values);
  process.stdout.write(`${[...accounts.map(({ key }) => `account-${key}`), ...environments.map(({ key }) => key)].join(", ")}: written to ${values.out}\n`);
});
