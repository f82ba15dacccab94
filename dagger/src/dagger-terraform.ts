import { dag, ReturnType, type Container } from "@dagger.io/dagger";
import { posix } from "node:path";
import { z } from "zod";
import type { Ended } from "./dagger-release.ts";
import type { DaggerRun, DaggerSurroundings } from "./dagger-run.ts";
import { synthesise } from "./dagger-synth.ts";
import { exchangeToken } from "./release/aws/exchange-token.ts";
import { takeOnCredentials } from "./release/aws/take-on-credentials.ts";
import { ReleaseError } from "./release/release-error.ts";

/** The publisher's image; BUSL-1.1, which allows what is done here. */
const terraformImage = "docker.io/hashicorp/terraform:1.14.8";
const work = "/work";

export interface TerraformChoices {
  /** One of the stacks that synth makes. */
  readonly stack: string;
  readonly action: "plan" | "apply";
}

/** Plans one stack of this commit's infrastructure, and applies just that plan where it is asked to. */
export async function runTerraform(run: DaggerRun, around: Pick<DaggerSurroundings, "aws">, { action, stack }: TerraformChoices, exchange = exchangeToken): Promise<Ended> {
  if (!/^[\w-]+$/.test(stack)) return refused(`"${stack}" is no name of a stack.`, "Give one of those that synth makes.");
  if (around.aws.webIdentityToken === undefined && around.aws.accessKeyId === undefined) return refused("Terraform needs credentials of AWS, and none were given.", "Give --aws-web-identity-token and --aws-role-arn, or --aws-access-key-id and --aws-secret-access-key.");
  // Before synth, which may take longer than a token lives.
  const keys: NodeJS.ProcessEnv = {};
  try {
    await takeOnCredentials(around.aws, keys, exchange);
  } catch (error) {
    if (error instanceof ReleaseError) return { exitCode: error.exitCode, text: error.message };
    throw error;
  }
  const made = await synthesise(run);
  if (!("folder" in made)) return made;
  const path = posix.join("stacks", stack);
  if (!(await made.folder.exists(posix.join(path, "cdk.tf.json")))) return refused(`Synth makes no stack ${stack}.`, `Its stacks are ${(await made.folder.directory("stacks").entries()).map((name) => name.replace(/\/$/, "")).join(", ")}.`);
  const files = made.folder.directory(path);
  if (keepsStateInFile(await files.file("cdk.tf.json").contents())) return refused(`The state of ${stack} is in a file, which a CI server would lose.`, "Apply it from the machine that has the file, or give it a state in S3.");
  const image = await run.images.pull(terraformImage);
  const ready = withKeys(image, keys)
    .withDirectory(work, files)
    .withWorkdir(work)
    .withEnvVariable("TF_IN_AUTOMATION", "true")
    .withEnvVariable("CHECKPOINT_DISABLE", "1")
    // AWS changes, and Dagger would give yesterday's answer.
    .withEnvVariable("RUN", String(run.startedAt));
  return tell(ready, action, stack);
}

/** Where they are in no log and in no layer. */
const withKeys = (container: Container, keys: NodeJS.ProcessEnv): Container =>
  ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].reduce((made, name) => (keys[name] === undefined ? made : made.withSecretVariable(name, dag.setSecret(`terraform ${name}`, keys[name]))), container);

async function tell(ready: Container, action: TerraformChoices["action"], stack: string): Promise<Ended> {
  const terraform = (container: Container, ...args: string[]): Container => container.withExec(["terraform", ...args], { expect: ReturnType.Any });
  const begun = terraform(ready, "init", "-input=false", "-no-color");
  if ((await begun.exitCode()) !== 0) return { exitCode: 4, text: `${await said(begun)}\nTerraform could not begin. Nothing was changed.` };
  // A role that only reads cannot take the state's lock. Who only looks keeps no plan: it has the state's secrets in it, and Dagger keeps layers.
  const planned = terraform(begun, "plan", "-input=false", "-no-color", action === "plan" ? "-lock=false" : "-out=/tmp/plan");
  const plan = await said(planned);
  if ((await planned.exitCode()) !== 0) return { exitCode: 4, text: `${plan}\nTerraform could not plan ${stack}. Nothing was changed.` };
  if (action === "plan") return { exitCode: 0, text: plan };
  const applied = terraform(planned, "apply", "-input=false", "-no-color", "/tmp/plan");
  const text = `${plan}\n${await said(applied)}`;
  if ((await applied.exitCode()) === 0) return { exitCode: 0, text };
  return { exitCode: 3, text: `${text}\nTerraform stopped in the middle of ${stack}: what it had done by then stays, and its state knows it. Look at what it says above, and apply again.` };
}

const said = async (container: Container): Promise<string> => `${await container.stdout()}${await container.stderr()}`;

const stateSchema = z.object({ terraform: z.object({ backend: z.record(z.string(), z.unknown()).optional() }).optional() });

/** Terraform takes `local` where nothing is said. */
function keepsStateInFile(text: string): boolean {
  const { terraform } = stateSchema.parse(JSON.parse(text));
  return Object.keys(terraform?.backend ?? { local: {} }).includes("local");
}

const refused = (happened: string, next: string): Ended => ({ exitCode: 2, text: `${happened} Nothing was changed. ${next}` });
