import { dag } from "@dagger.io/dagger";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Ended } from "../src/dagger-release.ts";
import type { DaggerRun, DaggerSurroundings } from "../src/dagger-run.ts";
import { runTerraform, type TerraformChoices } from "../src/dagger-terraform.ts";
import { verdictOfReport } from "../src/dagger-verdict.ts";
import { DaggerImages } from "../src/engine/dagger-images.ts";
import { stepResultPath } from "../src/engine/step-script.ts";
import type { SessionKeys } from "../src/release/aws/exchange-token.ts";
import { ReleaseError } from "../src/release/release-error.ts";
import { engineHere, runStartedAt } from "./dagger-support.ts";
import { argumentsOf, execError, folderAnswer, withSession, type Answer, type Chain } from "./session-server.ts";
import { aReport } from "./support/a-report.ts";
import { aConfig } from "./support/values.ts";

/** What the module has for CI servers, with a session that records what the engine is asked. */

const config = { ...aConfig(), infrastructure: { path: "cdktf", dockerfile: "Dockerfile", target: "deps", baseImages: {}, inputs: [], sources: "/app", synth: ["npm", "run", "synth"], output: "cdktf.out" } };

interface Told {
  /** Exit code of each command of Terraform; 0 when absent. */
  readonly codes?: Readonly<Record<string, number>>;
  readonly synth?: number;
  readonly backend?: object;
}

/** Answers as a container in which Terraform says its own first word. */
const containers = ({ backend = { s3: {} }, codes = {}, synth = 0 }: Told): Answer => {
  const record = folderAnswer(stepResultPath, () => new Map([["0.status", "0 1 20\n"], ["1.status", `${String(synth)} 1 20\n`], ["1.stdout", synth === 0 ? "" : "Synth says no\n"], ["2.status", "0 1 20\n"]]));
  return (leaf, chain) => {
    const command = terraformOf(chain).at(-1)?.[0] ?? "";
    if (leaf === "exitCode") return codes[command] ?? 0;
    if (leaf === "stdout") return `${command} says this\n`;
    if (leaf === "stderr") return "";
    if (leaf === "contents" && chain.at(-1)?.args["path"] === "cdk.tf.json") return JSON.stringify({ terraform: { backend } });
    if (leaf === "exists" && JSON.stringify(chain.at(-1)?.args).includes("stacks/elsewhere")) return false;
    if (leaf === "entries" && chain.at(-1)?.args["path"] === "stacks") return ["lab/", "production/"];
    return record(leaf, chain);
  };
};

const terraformOf = (chain: Chain): string[][] => argumentsOf(chain, "withExec").flatMap(({ args }) => (Array.isArray(args) && args[0] === "terraform" ? [args.slice(1) as string[]] : []));

const exchange = async (): Promise<SessionKeys> => (refuses ? Promise.reject(new ReleaseError("NO_CREDENTIALS", "AWS does not give the role. Nothing was started.", "Look at its trust policy.")) : Promise.resolve({ accessKeyId: "id", secretAccessKey: "key", sessionToken: "session" }));
let refuses = false;

async function terraform(told: Told, choices: Partial<TerraformChoices> = {}, key = true): Promise<{ ended: Ended; asked: readonly Chain[] }> {
  let result: { ended: Ended; asked: readonly Chain[] } | undefined;
  await withSession(containers(told), async (session) => {
    const aws: DaggerSurroundings["aws"] = { accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined, webIdentityToken: key ? dag.setSecret("token", "the token") : undefined, roleArn: "arn:aws:iam::111122223333:role/notes-plan" };
    const run: Pick<DaggerRun, "config" | "engine" | "images" | "startedAt"> = { config, engine: engineHere(), images: new DaggerImages({}), startedAt: runStartedAt };
    result = { ended: await runTerraform(run as DaggerRun, { aws }, { stack: "production", action: "plan", ...choices }, exchange), asked: session.asked };
  });
  if (result === undefined) throw new Error("the session did nothing");
  return result;
}

describe("infrastructure-plan", () => {
  it("plans what synth has made of this commit, by keys of a role that are in no layer, and locks nothing", async () => {
    const { asked, ended } = await terraform({});
    expect(ended).toEqual({ exitCode: 0, text: "plan says this\n" });
    const chain = asked.findLast((each) => terraformOf(each).length === 2) ?? [];
    expect(terraformOf(chain)).toEqual([["init", "-input=false", "-no-color"], ["plan", "-input=false", "-no-color", "-lock=false"]]);
    expect(argumentsOf(chain, "from").map(({ address }) => address)).toEqual([expect.stringContaining("docker.io/library/known")]);
    expect(argumentsOf(chain, "withSecretVariable").map(({ name }) => name)).toEqual(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]);
    expect(argumentsOf(chain, "withEnvVariable").map(({ name }) => name)).toEqual(["TF_IN_AUTOMATION", "CHECKPOINT_DISABLE", "RUN"]);
    // Else Dagger would give the answer of the run before.
    expect(argumentsOf(chain, "withEnvVariable")).toContainEqual({ name: "RUN", value: String(runStartedAt) });
    const [files] = argumentsOf(chain, "withDirectory");
    expect((files?.["source"] as Chain).slice(-2).map(({ args }) => args["path"])).toEqual(["/app/cdktf.out", "stacks/production"]);
  });

  it.each<[string, Told, Partial<TerraformChoices>, boolean, Ended["exitCode"], string]>([
    ["without credentials", {}, {}, false, 2, "Terraform needs credentials of AWS"],
    ["of a stack that is no name", {}, { stack: "../lab" }, true, 2, '"../lab" is no name of a stack'],
    ["of a stack that synth does not make", {}, { stack: "elsewhere" }, true, 2, "Synth makes no stack elsewhere. Nothing was changed. Its stacks are lab, production."],
    ["of a state that would be lost", { backend: { local: {} } }, {}, true, 2, "is in a file, which a CI server would lose"],
    ["where synth says no", { synth: 2 }, {}, true, 2, "Synth says no"],
    ["where Terraform cannot begin", { codes: { init: 1 } }, {}, true, 4, "init says this"],
    ["where Terraform cannot plan", { codes: { plan: 1 } }, {}, true, 4, "Terraform could not plan production. Nothing was changed."],
  ])("ends %s with words and a code", async (_, told, choices, key, exitCode, words) => {
    const { asked, ended } = await terraform(told, choices, key);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.text).toContain(words);
    expect(asked.some((chain) => terraformOf(chain).some(([command]) => command === "apply"))).toBe(false);
  });
});

it("infrastructure-plan ends with what AWS says of its token, before anything is synthesised", async () => {
  refuses = true;
  onTestFinished(() => { refuses = false; });
  const { asked, ended } = await terraform({});
  expect(ended).toEqual({ exitCode: 2, text: "AWS does not give the role. Nothing was started. Look at its trust policy." });
  expect(asked.some((chain) => chain.some(({ field }) => field === "dockerBuild"))).toBe(false);
});

describe("infrastructure-apply", () => {
  it("applies just the plan that it shows, with the state locked", async () => {
    const { asked, ended } = await terraform({}, { action: "apply" });
    expect(ended).toEqual({ exitCode: 0, text: "plan says this\n\napply says this\n" });
    expect(terraformOf(asked.findLast((each) => terraformOf(each).length === 3) ?? []).slice(1)).toEqual([["plan", "-input=false", "-no-color", "-out=/tmp/plan"], ["apply", "-input=false", "-no-color", "/tmp/plan"]]);
  });

  it("that stopped in the middle says that what was done stays, and is no mere failure", async () => {
    const { ended } = await terraform({ codes: { apply: 1 } }, { action: "apply" });
    expect(ended.exitCode).toBe(3);
    expect(ended.text).toContain("Terraform stopped in the middle of production");
  });
});

describe("verdict", () => {
  it("gives the words of a run that was done", async () => {
    expect(await verdictOfReport(JSON.stringify(aReport()), { images: [] })).toContain("secrets");
  });

  it("ends as the run did otherwise, with its words and its code", async () => {
    const left: unknown[] = [];
    const failing: Answer = (leaf, chain) => {
      const [words] = argumentsOf(chain, "withNewFile");
      if (words === undefined || leaf !== "sync") return undefined;
      left.push(words["contents"], argumentsOf(chain, "withExec")[0]?.["args"]);
      throw execError(3, "words");
    };
    await withSession(failing, async () => {
      await expect(verdictOfReport(JSON.stringify(aReport({}, { verdict: "failed", exitCode: 3, summary: "Nobody knows." })), { images: [] })).rejects.toThrow();
    });
    expect(left[0]).toMatch(/Nobody knows\.[\s\S]*The exit code is 3\.\n$/);
    expect((left[1] as string[]).at(-1)).toBe("3");
  });

  it.each(["", "{}", JSON.stringify({ ...aReport(), schemaVersion: 99 })])("takes nothing else for a report: %s", async (text) => {
    await expect(verdictOfReport(text, { images: [] })).rejects.toThrow("no report.json of this version");
  });
});
