import { posix } from "node:path";
import type { InfrastructureConfig } from "../../config.ts";
import type { Step, StepCommand, StepResult } from "../../engine/engine.ts";
import { UnreadableReportError, type GateContext } from "../gate.ts";
import type { TerraformFile } from "./terraform-json.ts";

/** Where the Terraform JSON comes from: synth, or the tree as it is. */

export interface TerraformFiles {
  readonly files: readonly TerraformFile[];
  /** Files that Terraform would take and this gate does not read, a sentence each. */
  readonly gaps: readonly string[];
}

const begin = "- begin";
const content = "- content";
const end = "- end";
const done = "- done";

/** What is left of an earlier synth, committed by mistake, must not be taken for this one's. */
const removeOld = `[ ! -d "$1" ] || find -L "$1/" -name '*.tf.json' -type f -exec rm -f {} +`;
/** Base64, because a name may hold a line break and a file any byte. What has no end was not read. */
const print = `for file; do echo '${begin}'; printf %s "$file" | base64; case $file in *.tf.json) echo '${content}'; base64 <"$file" || exit 1 ;; esac; echo '${end}'; done`;
const printAll = `[ -d "$1" ] || { echo '${done}'; exit 0; }; find -L "$1/" '(' -name '*.tf' -o -name '*.tf.json' -o -name '*.tofu' -o -name '*.tofu.json' ')' -type f -exec sh -c "$2" sh {} + && echo '${done}'`;

/** Exit codes of a program that ran and said no. Above are those of one that could not run, or was killed. */
const ownExitCodes = Array.from({ length: 124 }, (_, code) => code);

const printCommand = (folder: string): StepCommand => ({ program: "find", argv: ["sh", "-c", printAll, "sh", folder, print], accept: [0] });

/** Runs synth on the image of the infrastructure, and prints what it left. */
export function synthStep(infrastructure: InfrastructureConfig & { readonly synth: readonly string[] }, context: Pick<GateContext, "timeoutMs">): Step {
  const { path, dockerfile, target, baseImages, sources, synth, output, inputs } = infrastructure;
  return {
    name: "infrastructure/synth",
    image: { kind: "build", build: { service: "infrastructure", context: path, dockerfile, target, baseImages, timeoutMs: context.timeoutMs } },
    files: [path, ...inputs].map((from) => ({ from: "tree", path: from, to: posix.join(sources, posix.relative(path, from)) })),
    workdir: sources,
    commands: [{ program: "find", argv: ["sh", "-c", removeOld, "sh", output], accept: [0] }, { argv: synth, accept: ownExitCodes, keep: [0] }, printCommand(output)],
    // CDKTF asks for newer versions of itself otherwise.
    env: { CI: "true", CHECKPOINT_DISABLE: "1" },
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: context.timeoutMs,
    memoryMb: 3072,
    network: "none",
  };
}

/** Prints the Terraform JSON of the tree, on whatever image has a shell. */
export function treeStep(infrastructure: InfrastructureConfig, context: Pick<GateContext, "timeoutMs">): Step {
  return {
    name: "infrastructure/files",
    image: { kind: "named", name: "checkov" },
    files: [{ from: "tree", path: infrastructure.path, to: "/tree" }],
    workdir: "/tree",
    commands: [printCommand(".")],
    env: {},
    secrets: {},
    caches: {},
    outputs: [],
    timeoutMs: context.timeoutMs,
    memoryMb: 512,
    network: "none",
  };
}

/** Reads the last command's output; paths lead from the repository's root. Throws UnreadableReportError. */
export function readTerraformFiles(infrastructure: InfrastructureConfig, result: StepResult): TerraformFiles {
  const printed = result.commands.at(-1)?.stdout ?? "";
  const lines = printed.split("\n");
  if (lines.at(-2) !== done) throw cutOff(printed);
  const files: TerraformFile[] = [];
  const gaps: string[] = [];
  for (const section of sections(lines.slice(0, -2))) {
    const path = posix.join(infrastructure.path, decode(section.name, "a file's name"));
    if (section.content === undefined) gaps.push(`${path} counts for Terraform or OpenTofu, and only Terraform JSON (*.tf.json) is looked at.`);
    else files.push({ path, text: decode(section.content, path) });
  }
  if (files.length === 0) {
    const where = infrastructure.synth === undefined ? `${infrastructure.path} holds no Terraform JSON (*.tf.json)` : `synth left no Terraform JSON (*.tf.json) in ${posix.join(infrastructure.path, infrastructure.output)}`;
    throw new UnreadableReportError(`${where}: there is nothing to look at.${gaps.length === 0 ? "" : ` ${gaps.join(" ")}`}`, printed.slice(-2000));
  }
  // As find lists them depends on the file system.
  return { files: files.toSorted((one, other) => (one.path < other.path ? -1 : 1)), gaps: gaps.toSorted() };
}

function* sections(lines: readonly string[]): Generator<{ name: string; content: string | undefined }> {
  let from = 0;
  while (from < lines.length) {
    const to = lines.indexOf(end, from);
    const section = lines.slice(from + 1, to);
    const at = section.indexOf(content);
    const isWhole = lines[from] === begin && to >= 0 && section.every((line, index) => index === at || /^[\w+/]+=*$/.test(line));
    if (!isWhole) throw cutOff(lines.slice(from).join("\n"));
    yield { name: section.slice(0, at < 0 ? undefined : at).join(""), content: at < 0 ? undefined : section.slice(at + 1).join("") };
    from = to + 1;
  }
}

const cutOff = (printed: string): UnreadableReportError => new UnreadableReportError("The Terraform JSON could not be read: its listing is cut off.", printed.slice(-2000));

function decode(base64: string, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64"));
  } catch {
    throw new UnreadableReportError(`The Terraform JSON could not be read: ${what} is not UTF-8.`);
  }
}
