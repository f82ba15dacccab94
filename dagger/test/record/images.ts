/**
 * Records what Syft and Trivy leave of the scratch images in image-cases.ts: real
 * tools, with the very argv of the gates. Needs Go, and both tools of the
 * catalogue's versions:
 *
 *   SYFT=<syft> PATH=<folder of trivy>:$PATH node dagger/test/record/images.ts
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Step } from "../../src/engine/engine.ts";
import type { Gate } from "../../src/gates/gate.ts";
import { imageScan } from "../../src/gates/image-scan.ts";
import { sbom } from "../../src/gates/sbom.ts";
import { writeDockerArchive } from "../support/docker-archive.ts";
import { builtImage, fakeEngine } from "../support/fake-engine.ts";
import { recordStep } from "../support/record-step.ts";
import { aConfig, aContext } from "../support/values.ts";
import { databaseDescription, databaseMetadata, imageCases } from "./image-cases.ts";

const here = join(import.meta.dirname, "../fixtures");
const wanted = process.argv.slice(2);
const config = aConfig({ services: { backend: { path: "services/backend" } }, gates: { "image-scan": { database: "./database" } } });
const updatedAt = "2026-11-23T06:12:31.123456789Z";
const tree = { "database/trivy.db": "", "database/metadata.json": databaseMetadata(updatedAt) };

/** The step of this name that a gate would run on the image. */
async function stepOf(gate: Gate, name: string, imageId: string): Promise<Step> {
  const steps: Step[] = [];
  const engine = fakeEngine({
    files: tree,
    build: (build) => ({ ...builtImage(build), imageId }),
    run: (step) => {
      steps.push(step);
      throw new Error("only the step is wanted");
    },
  });
  await gate.look(aContext({ engine, config })).catch(() => undefined);
  const step = steps.find((candidate) => candidate.name === name);
  if (step === undefined) throw new Error(`${gate.name} ran no step ${name}`);
  return step;
}

/** A database in each of the states in which Trivy may meet it. */
const databases: Readonly<Record<string, (folder: string) => void>> = {
  "": (folder) => {
    makeDatabase(folder);
    writeFileSync(join(folder, "metadata.json"), databaseMetadata(updatedAt));
  },
  "without-database": () => undefined,
  "without-metadata": makeDatabase,
  "with-a-broken-database": (folder) => {
    writeFileSync(join(folder, "trivy.db"), "garbage".repeat(2000));
    writeFileSync(join(folder, "metadata.json"), databaseMetadata(updatedAt));
  },
};

function makeDatabase(folder: string): void {
  const source = join(here, "../../../ci/images/test/trivy-database");
  execFileSync("go", ["run", ".", join(folder, "trivy.db")], { cwd: source, input: databaseDescription });
}

function write(name: string, fixture: Awaited<ReturnType<typeof recordStep>>): void {
  const path = join(here, `${name}.json`);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `${JSON.stringify(fixture, null, 2)}\n`);
  console.log(name, fixture.commands.map((command) => command.exitCode).join(" "));
}

for (const [name, { shows, layers, onlySyft }] of Object.entries(imageCases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [state, prepare] of Object.entries(databases)) {
    if (state !== "" && name !== "clean") continue;
    const root = mkdtempSync(join(tmpdir(), "record-"));
    chmodSync(root, 0o777);
    const places = { "/image.tar": join(root, "image.tar"), "/report": join(root, "report"), "/trivy": join(root, "trivy"), "/syft": process.env["SYFT"] ?? "syft" };
    const imageId = await writeDockerArchive(places["/image.tar"], layers);
    mkdirSync(join(places["/trivy"], "db"), { recursive: true });
    prepare(join(places["/trivy"], "db"));
    const about = { shows: state === "" ? shows : `${shows}; Trivy ${state.replaceAll("-", " ")}` };
    if (onlySyft !== true) write(`trivy/${name}${state === "" ? "" : `-${state}`}`, await recordStep(await stepOf(imageScan, "image-scan/backend", imageId), root, places, { ...about, tools: "trivy 0.69.3" }));
    if (state === "") write(`syft/${name}`, await recordStep(await stepOf(sbom, "sbom/backend", imageId), root, places, { ...about, tools: "syft 1.18.1" }));
    rmSync(root, { recursive: true, force: true });
  }
}
