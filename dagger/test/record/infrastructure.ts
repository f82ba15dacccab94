/**
 * Records the fixtures of tools that run in their images, with the very argv of
 * the gates: node dagger/test/record/infrastructure.ts [case…]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Step } from "../../src/engine/engine.ts";
import { dockerfiles } from "../../src/gates/dockerfiles.ts";
import { checkovStep } from "../../src/gates/terraform/checkov.ts";
import { scanOf } from "../../src/gates/terraform/scan.ts";
import { parseTerraform } from "../../src/gates/terraform/terraform-json.ts";
import { trivyConfigStep } from "../../src/gates/terraform/trivy-config.ts";
import { standInReference, type ImageName } from "../../src/images/catalogue.ts";
import { fakeEngine } from "../support/fake-engine.ts";
import type { Fixture } from "../support/fixtures.ts";
import { runInContainer } from "../support/run-in-container.ts";
import { aConfig, aContext } from "../support/values.ts";
import { dockerfilesCases } from "./dockerfiles-cases.ts";
import { infrastructureCases } from "./infrastructure-cases.ts";

const here = join(dirname(fileURLToPath(import.meta.url)), "../fixtures");
const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const anyCode = Array.from({ length: 256 }, (_, code) => code);

/** Runs every command of the step, accepted or not, and keeps what each left. */
function record(step: Step, image: ImageName, tree: Readonly<Record<string, string>>, shows: string): Fixture {
  const kept = runInContainer({ ...step, commands: step.commands.map((command) => ({ ...command, accept: anyCode })) }, standInReference(image), tree);
  return {
    shows,
    tools: standInReference(image).replace(/.*\//, "").replace(":", " "),
    commands: step.commands.map((command, index) => ({
      argv: [...command.argv],
      exitCode: Number(/^\d+/.exec(kept.get(`${String(index)}.status`) ?? "")?.[0]),
      stdout: kept.get(`${String(index)}.stdout`) ?? "",
      stderr: kept.get(`${String(index)}.stderr`) ?? "",
    })),
    outputs: Object.fromEntries(step.outputs.map((path, index) => [path, kept.get(`${String(index)}.output`) ?? ""])),
  };
}

function write(name: string, fixture: Fixture): void {
  const path = join(here, `${name}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(fixture, null, 2)}\n`);
  console.log(name, fixture.commands.map((command) => command.exitCode).join(" "));
}

for (const [name, { shows, files }] of Object.entries(dockerfilesCases)) {
  if (!isWanted(name)) continue;
  const steps: Step[] = [];
  const engine = fakeEngine({ files, run: (step) => { steps.push(step); throw new Error("only the step is wanted"); } });
  await dockerfiles.look(aContext({ config: aConfig(), engine })).catch(() => undefined);
  for (const step of steps) write(`hadolint/${name}`, record(step, "hadolint", files, shows));
}

for (const [name, { shows, files, spoil = (step: Step) => step }] of Object.entries(infrastructureCases)) {
  if (!isWanted(name)) continue;
  const scan = scanOf(Object.entries(files).map(([path, text]) => parseTerraform({ path, text })));
  write(`checkov/${name}`, record(spoil(checkovStep(scan, { timeoutMs: 900_000 })), "checkov", {}, shows));
  write(`trivy-config/${name}`, record(spoil(trivyConfigStep(scan, { timeoutMs: 900_000 })), "trivy", {}, shows));
}
