import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { InfrastructureConfig } from "../../../src/config.ts";
import type { Step, StepResult } from "../../../src/engine/engine.ts";
import { readStepRecord } from "../../../src/engine/step-script.ts";
import { readTerraformFiles, synthStep, treeStep } from "../../../src/gates/terraform/terraform-files.ts";
import { runInScratch } from "../../support/run-in-scratch.ts";
import { aConfig } from "../../support/values.ts";

const settingsOf = (more: Readonly<Record<string, unknown>> = {}): InfrastructureConfig => {
  const { infrastructure } = aConfig({ infrastructure: { path: "infra", ...more } });
  if (infrastructure === undefined) throw new Error("there is none");
  return infrastructure;
};
const context = { timeoutMs: 20_000 };

async function scratch(files: Readonly<Record<string, string | Buffer | { link: string }>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "terraform-files-"));
  onTestFinished(async () => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await (typeof content === "object" && "link" in content ? symlink(content.link, join(root, path)) : writeFile(join(root, path), content));
  }
  return root;
}

/** The step's commands, really run. */
async function run(step: Step, root: string): Promise<StepResult> {
  const { record } = await runInScratch(step, root, { "/app": root, "/tree": root });
  return { ...readStepRecord(step, record), cached: false, standIns: [] };
}

const synth = (script: string, more: Readonly<Record<string, unknown>> = {}): { settings: InfrastructureConfig; step: Step } => {
  const settings = settingsOf({ synth: ["sh", "-c", script], ...more });
  return { settings, step: synthStep({ ...settings, synth: settings.synth ?? [] }, context) };
};

describe("synth", () => {
  it("runs on the infrastructure's own image, without a network, and what it wrote is read", async () => {
    const { settings, step } = synth("mkdir -p cdktf.out/stacks/a cdktf.out/stacks/b && printf '{\"b\": 1}' >cdktf.out/stacks/b/cdk.tf.json && printf '{\"a\": 1}' >cdktf.out/stacks/a/cdk.tf.json && echo '{}' >cdktf.out/manifest.json");
    expect(step).toMatchObject({ image: { kind: "build", build: { service: "infrastructure", context: "infra", dockerfile: "Dockerfile", target: "deps" } }, files: [{ from: "tree", path: "infra", to: "/app" }], network: "none" });
    expect(readTerraformFiles(settings, await run(step, await scratch({})))).toEqual({
      files: [
        { path: "infra/cdktf.out/stacks/a/cdk.tf.json", text: '{"a": 1}' },
        { path: "infra/cdktf.out/stacks/b/cdk.tf.json", text: '{"b": 1}' },
      ],
      gaps: [],
    });
  });

  it("finds what it reads outside of its folder as it lies in the repository", () => {
    const { step } = synth("true", { path: "cdktf", sources: "/app/cdktf", inputs: ["gitops.json", "services/probe/"] });
    expect(step.files).toEqual([
      { from: "tree", path: "cdktf", to: "/app/cdktf" },
      { from: "tree", path: "gitops.json", to: "/app/gitops.json" },
      { from: "tree", path: "services/probe", to: "/app/services/probe" },
    ]);
  });

  it("that writes nothing does not pass by what an earlier one left in the tree", async () => {
    const root = await scratch({ "cdktf.out/stacks/old/cdk.tf.json": "{}", "cdktf.out/keep.json": "{}" });
    const { settings, step } = synth("true");
    const result = await run(step, root);
    expect(() => readTerraformFiles(settings, result)).toThrow("synth left no Terraform JSON (*.tf.json) in infra/cdktf.out: there is nothing to look at.");
    expect(await readdir(join(root, "cdktf.out"))).toContain("keep.json");
  });

  it.each([
    ["an exit code that says no is a result", "exit 7", 7],
    ["the highest of them is", "exit 123", 123],
  ])("%s", async (_what, script, exitCode) => {
    const { step } = synth(script);
    expect((await run(step, await scratch({}))).commands[1]).toMatchObject({ exitCode });
    expect(step.commands[1]?.keep).toEqual([0]);
  });

  it.each([
    ["a program that is not there is none", "exec /no/such/program", /sh could not be started in step infrastructure\/synth \(exit code 127\)/],
    ["one that was killed is none", "kill -9 $$", /was killed \(exit code 137\)/],
    ["one that crashed is none", "kill -6 $$", /ended with exit code 134, which is none of its verdicts/],
  ])("%s", async (_what, script, message) => {
    const { step } = synth(script);
    await expect(scratch({}).then(async (root) => run(step, root))).rejects.toThrow(message);
  });
});

describe("the tree's Terraform JSON", () => {
  const step = treeStep(settingsOf(), context);

  it("is read from every folder, whatever the names and contents", async () => {
    const strange = "größe (neu)\nline's \"two\" - begin";
    const root = await scratch({ "main.tf.json": "- end\n- done\n", [`${strange}/a.tf.json`]: "ü\r\n\u0000", "deep/er/empty.tf.json": "", "other.json": "{}", "linked.tf.json": { link: "main.tf.json" }, "linked-folder": { link: "deep" } });
    const { files } = readTerraformFiles(settingsOf(), await run(step, root));
    expect(Object.fromEntries(files.map(({ path, text }) => [path, text]))).toEqual({
      "infra/main.tf.json": "- end\n- done\n",
      "infra/linked.tf.json": "- end\n- done\n",
      [`infra/${strange}/a.tf.json`]: "ü\r\n\u0000",
      "infra/deep/er/empty.tf.json": "",
      "infra/linked-folder/er/empty.tf.json": "",
    });
  });

  it("is not all there is where Terraform would take other files too", async () => {
    const root = await scratch({ "main.tf.json": "{}", "more.tf": "", "other.tofu": "", "json.tofu.json": "" });
    expect(readTerraformFiles(settingsOf(), await run(step, root)).gaps).toEqual(["json.tofu.json", "more.tf", "other.tofu"].map((name) => `infra/${name} counts for Terraform or OpenTofu, and only Terraform JSON (*.tf.json) is looked at.`));
  });

  it("is refused where there is none, and says what else there is", async () => {
    const result = await run(step, await scratch({ "main.tf": "" }));
    expect(() => readTerraformFiles(settingsOf(), result)).toThrow("infra holds no Terraform JSON (*.tf.json): there is nothing to look at. infra/main.tf counts for Terraform");
  });

  it("is refused where a file is not UTF-8", async () => {
    const result = await run(step, await scratch({ "main.tf.json": Buffer.from([0x7b, 0xe9, 0x7d]) }));
    expect(() => readTerraformFiles(settingsOf(), result)).toThrow("The Terraform JSON could not be read: infra/main.tf.json is not UTF-8.");
  });

  it("is refused when its listing is cut off, wherever that is", async () => {
    const result = await run(step, await scratch({ "a.tf.json": "{}", "b.tf.json": "x".repeat(200) }));
    const printed = result.commands[0]?.stdout ?? "";
    for (let length = 0; length < printed.length; length += 1) {
      const cut = { ...result, commands: [{ exitCode: 0, stderr: "", stdout: printed.slice(0, length) }] };
      expect(() => readTerraformFiles(settingsOf(), cut)).toThrow("The Terraform JSON could not be read: its listing is cut off.");
    }
    const holed = printed.replace("- end\n", "");
    expect(() => readTerraformFiles(settingsOf(), { ...result, commands: [{ exitCode: 0, stderr: "", stdout: holed }] })).toThrow();
  });
});
