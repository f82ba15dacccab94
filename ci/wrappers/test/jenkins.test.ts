import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readDaggerCall, type DaggerCall } from "../src/dagger-call.ts";
import { callsOf, named, readJenkinsfile, type Call } from "../src/jenkinsfile.ts";
import { readModuleFunctions } from "../src/module-functions.ts";
import { groovyArchive, programIn, shellcheckProgram } from "../src/tools.ts";
import { nameFaults, shellFaults, tooLong } from "../src/wrapper-faults.ts";
import { scratchFolder } from "../../local/test/support/scratch.ts";
import { root } from "./support/on-github.ts";

/** The Jenkinsfile as Groovy reads it, and its shell as a shell runs it; Jenkins itself is not here. */

const path = join(root, "ci/jenkins/Jenkinsfile");
const module = readModuleFunctions();
let calls: readonly Call[];
beforeAll(async () => {
  await groovyArchive();
  calls = callsOf(await readJenkinsfile(path));
});

const inStage = (stage: string): Call[] => calls.filter(({ within }) => within.includes(`stage ${stage}`));
const shellsIn = (given: readonly Call[]): string[] => given.flatMap(({ args: [shell], name }) => (name === "sh" && typeof shell === "string" ? [shell] : []));
const namesIn = (given: readonly Call[]): string[] => given.map(({ name }) => name);
const stages = ["Gates, builds and scans", "Infrastructure plan", "Release", "By hand"];

/** What `dagger` is called with when Jenkins runs a stage with these variables. */
async function run(stage: string, env: Readonly<Record<string, string>>): Promise<DaggerCall[]> {
  const folder = await scratchFolder("jenkins");
  await writeFile(join(folder, "log"), "");
  await programIn(folder, "dagger", `#!/bin/bash\n(printf '%s\\0' "$@"; echo) >>'${folder}/log'\n`);
  for (const shell of shellsIn(inStage(stage))) await execa("sh", ["-xe", "-c", shell], { cwd: folder, extendEnv: false, env: { PATH: `${folder}:/usr/bin:/bin`, JOB_NAME: "notes/main", BUILD_URL: "https://jenkins.example/job/notes/1/", AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/r", AWS_WEB_IDENTITY_TOKEN_FILE: "/token", ...env } });
  return (await readFile(join(folder, "log"), "utf8")).split("\n").filter((line) => line !== "").map((line) => readDaggerCall(line.split("\0").slice(0, -1), module));
}

const common = { by: "notes/main", "run-link": "https://jenkins.example/job/notes/1/" };
const aws = { "aws-role-arn": "arn:aws:iam::111122223333:role/r", "aws-web-identity-token": "file:///token" };
const verdict = { global: {}, function: "verdict", args: { report: "out/report.json" }, then: [] };

describe("the Jenkinsfile", () => {
  it("has at most 80 lines, and decides nothing in shell or in Groovy", () => {
    expect(tooLong(readFileSync(path, "utf8"), 80)).toEqual([]);
    expect(shellsIn(calls).flatMap(shellFaults)).toEqual([]);
    expect(nameFaults(readFileSync(path, "utf8"))).toEqual([]);
    expect(shellsIn(calls)).toHaveLength(calls.filter(({ name }) => name === "sh").length);
    expect(namesIn(calls).filter((name) => ["script", "node", "docker", "eval", "load", "bat", "powershell", "withAWS", "evaluate"].includes(name))).toEqual([]);
    for (const shell of shellsIn(calls)) expect(shell).toMatch(/^dagger call [^\n]*$/);
  });

  it("has no shell in which ShellCheck finds more than the words that are meant to be split", async () => {
    for (const shell of shellsIn(calls)) expect((await execa(await shellcheckProgram(), ["--shell=sh", "--exclude=SC2086", "-"], { input: shell, reject: false, all: true })).all).toBe("");
  });

  it("runs one build of a job at a time, ends each stage after a time, and keeps its last fifty", () => {
    const options = calls.filter(({ within }) => within.join(" ") === "pipeline options");
    expect(namesIn(options)).toEqual(["disableConcurrentBuilds", "timeout", "timestamps", "buildDiscarder"]);
    for (const stage of stages) expect([stage, inStage(stage).some(({ name, within }) => name === "timeout" && within.at(-1) === "options")]).toEqual([stage, true]);
  });

  it("checks and plans side by side", () => {
    const parallel = calls.filter(({ name, within }) => name === "stage" && within.at(-1) === "parallel");
    expect(parallel.map(({ args: [stage] }) => stage)).toEqual(["Gates, builds and scans", "Infrastructure plan"]);
  });

  it("releases on main only, where only the release's agents are", () => {
    for (const stage of ["Release", "By hand"]) {
      const branches = inStage(stage).filter(({ name }) => name === "branch");
      expect(branches.map(({ args, within }) => [args[0], within.includes("not")])).toEqual([["main", false]]);
      expect(inStage(stage).filter(({ name }) => name === "label").map(({ args }) => args[0])).toEqual(["release"]);
      expect(inStage(stage).find(({ name }) => name === "beforeAgent")?.args).toEqual([true]);
    }
    const notMain = inStage("Check").filter(({ name, within }) => name === "branch" && within.includes("not"));
    expect(notMain.map(({ args }) => args[0])).toEqual(["main"]);
    expect(inStage("Check").filter(({ name }) => name === "label").map(({ args }) => args[0])).toEqual(["dagger", "dagger"]);
  });

  it("refuses what is asked for by hand wherever it would not be done, which would be green otherwise", () => {
    const conditions = (stage: string): string[] => inStage(stage).flatMap(({ args, name, within }) => (within.includes("when") && ["branch", "environment", "equals"].includes(name) ? [`${within.filter((each) => ["not", "anyOf"].includes(each)).join(" ")}: ${name} ${JSON.stringify(args)}`] : []));
    const here = conditions("By hand");
    expect(here).toHaveLength(3);
    expect(conditions("Not here")).toEqual(here.map((condition) => condition.replace(/^anyOf:/, "not anyOf:")));
    expect(inStage("Not here").find(({ name }) => name === "error")?.args).toEqual([expect.stringContaining("Nothing was started.")]);
  });

  it("publishes JUnit and the page, and keeps everything, whatever the verdict", () => {
    for (const stage of ["Gates, builds and scans", "Release"]) {
      const published = inStage(stage).filter(({ within }) => within.at(-1) === "always");
      expect(namesIn(published)).toEqual(["junit", "publishHTML", "archiveArtifacts"]);
      expect(published.map((call) => named(call)["testResults"] ?? named(call)["artifacts"] ?? JSON.stringify(named(call)["target"]))).toEqual(["out/junit.xml", expect.stringContaining('"reportFiles":"report.html"'), "out/**"]);
    }
  });

  it("keeps nothing that an earlier build has left on the agent", () => {
    for (const stage of ["Gates, builds and scans", "Release"]) expect(namesIn(inStage(stage).filter(({ name, within }) => within.at(-1) === "steps" || name === "deleteDir"))).toEqual(["dir", "deleteDir", "sh", "sh"]);
  });

  it("binds no secret but those of SonarQube and Slack, where they are used, and none of AWS", () => {
    const bound = calls.filter(({ name }) => name === "credentials").map(({ args, within }) => [within.filter((name) => name.startsWith("stage ")).at(-1), args[0]]);
    expect(bound).toEqual([["stage Gates, builds and scans", "sonar-token"], ["stage Release", "sonar-token"], ["stage Release", "slack-webhook"], ["stage By hand", "slack-webhook"]]);
    expect(readFileSync(path, "utf8")).not.toMatch(/ACCESS_KEY/);
    // A value in the command itself would be in the log: `sh` prints it.
    expect(shellsIn(calls).join("\n")).not.toMatch(/"\$(SONAR_TOKEN|SLACK_WEBHOOK_URL)"/);
  });
});

describe("a stage calls the module as the workflows do:", () => {
  it("gates of a pull request", async () => {
    const gates = { function: "report", args: { "new-only": true }, then: ["export", "--path", "out"] };
    expect(await run("Gates, builds and scans", { SONAR_TOKEN: "secret" })).toEqual([{ global: { ...common, "sonar-token": "env:SONAR_TOKEN" }, ...gates }, verdict]);
    expect(await run("Gates, builds and scans", { SONAR_TOKEN: "" })).toEqual([{ global: common, ...gates }, verdict]);
  });

  it("the plan", async () => {
    expect(await run("Infrastructure plan", {})).toEqual([{ global: aws, function: "infrastructure-plan", args: {}, then: [] }]);
  });

  it("a release", async () => {
    const secrets = { "sonar-token": "env:SONAR_TOKEN", "slack-webhook": "env:SLACK_WEBHOOK_URL" };
    expect(await run("Release", { SONAR_TOKEN: "secret", SLACK_WEBHOOK_URL: "secret" })).toEqual([{ global: { ...common, ...aws, ...secrets }, function: "report", args: { release: true, target: "aws" }, then: ["export", "--path", "out"] }, verdict]);
  });

  it("whatever may be chosen by hand, with the commit as one argument", async () => {
    const choice = calls.find(({ name, within }) => name === "choice" && within.at(-1) === "parameters");
    const actions = z.array(z.string()).parse(choice === undefined ? [] : named(choice)["choices"]);
    expect(actions).toEqual(["pipeline", "status", "promote", "rollback", "rollback --stop"]);
    for (const ACTION of actions.slice(1)) expect(await run("By hand", { ACTION, TO: "", SLACK_WEBHOOK_URL: "" })).toMatchObject([{ global: { ...common, ...aws }, function: ACTION.split(" ")[0], args: { target: "aws" } }]);
    expect(await run("By hand", { ACTION: "rollback", TO: "1a2b; id", SLACK_WEBHOOK_URL: "" })).toMatchObject([{ args: { to: "1a2b; id" } }]);
  });
});

describe("what is planted in a Jenkinsfile is found:", () => {
  const planted = async (...changes: readonly (readonly [from: string, to: string])[]): Promise<readonly Call[]> => {
    const text = readFileSync(path, "utf8");
    for (const [from] of changes) expect(text).toContain(from);
    const file = join(await scratchFolder("jenkinsfile"), "Jenkinsfile");
    await writeFile(file, changes.reduce((changed, [from, to]) => changed.replace(from, to), text));
    return callsOf(await readJenkinsfile(file));
  };

  it("a brace too few, by Groovy itself", async () => {
    await expect(planted(["agent none", "agent none {"])).rejects.toThrow(/line \d+, column \d+/);
  });

  it("a shell that decides, and one that is put together in Groovy", async () => {
    const found = await planted(["sh 'dagger call verdict --report out/report.json'", "sh 'if true; then docker build .; fi'"], ["sh 'dagger call verdict --report out/report.json'", 'sh "dagger call ${params.ACTION}"']);
    expect(shellsIn(found).flatMap(shellFaults)).toEqual([expect.stringContaining("decides"), expect.stringContaining("works with images")]);
    expect(shellsIn(found)).toHaveLength(found.filter(({ name }) => name === "sh").length - 1);
  });
});

describe("the Jenkins that it is for", () => {
  it("has a version of every plugin, each named once, and where they were read", () => {
    const text = readFileSync(join(root, "ci/jenkins/plugins.txt"), "utf8");
    const plugins = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    for (const plugin of plugins) expect(plugin).toMatch(/^[a-z0-9-]+:[\w.-]+$/);
    expect(new Set(plugins.map((plugin) => plugin.split(":")[0])).size).toBe(plugins.length);
    expect(text).toMatch(/plugins\.txt at commit\n# [0-9a-f]{40} /);
  });

  it("builds nothing on the controller, keeps no value of a secret, and has the jobs and credentials of the Jenkinsfile", () => {
    const text = readFileSync(join(root, "ci/jenkins/casc.yaml"), "utf8");
    const secret = z.string().regex(/^\$\{[A-Z_]+(:-)?\}$/, "must come from the environment");
    const schema = z.object({
      jenkins: z.object({
        numExecutors: z.literal(0),
        securityRealm: z.object({ local: z.object({ users: z.array(z.object({ password: secret })) }) }),
        nodes: z.array(z.object({ permanent: z.object({ labelString: z.string() }) })),
      }),
      credentials: z.object({ system: z.object({ domainCredentials: z.array(z.object({ credentials: z.array(z.union([z.strictObject({ string: z.object({ id: z.string(), secret }) }), z.strictObject({ usernamePassword: z.object({ id: z.string(), password: secret }) })])) })) }) }),
      jobs: z.array(z.object({ script: z.string() })),
    });
    const { credentials, jenkins, jobs } = schema.parse(parse(text));
    expect(jenkins.nodes.map(({ permanent }) => permanent.labelString)).toEqual(["dagger", "release"]);
    const ids = credentials.system.domainCredentials.flatMap((domain) => domain.credentials.map((each) => ("string" in each ? each.string.id : each.usernamePassword.id)));
    for (const { args, name } of calls) if (name === "credentials") expect(ids).toContain(args[0]);
    expect(jobs.map(({ script }) => /scriptPath\('(.*)'\)/.exec(script)?.[1])).toEqual(["ci/jenkins/Jenkinsfile", "ci/jenkins/Jenkinsfile"]);
    expect(jobs[1]?.script).toContain("pipelineJob('notes-operate')");
    expect(text).not.toMatch(/ACCESS_KEY|AKIA/);
  });
});
