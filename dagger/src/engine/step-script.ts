import type { CommandResult, Step } from "./engine.ts";
import { StepError } from "./step-error.ts";

/** Folder inside the container where the script leaves what it saw. */
export const stepFolder = "/.step";
export const stepScriptPath = `${stepFolder}/run.sh`;
export const stepResultPath = `${stepFolder}/result`;

const recordHeader = "step-record ";
/** Of each file, at most: a failed step's whole stderr is cut at 100 kB by Dagger. */
const printedBytes = 4000;

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * The shell script that both engines run as a step's only process, so that
 * timeout, exit codes and captured output mean the same in each. Needs `sh`,
 * `timeout`, `tail` and `sed` (coreutils or busybox) in the image.
 *
 * For command N it writes `result/N.stdout`, `N.stderr`, and `N.status` with
 * `<exit code> <seconds it ran> <seconds it was given>`; at the end it copies
 * output M to `result/M.output`. It exits 0 when every exit code was accepted
 * and every output is there. Else it prints the record's ends on stderr, for an
 * engine that cannot look into a failed container (`readPrintedRecord`), and
 * exits with another code than 0, so that no engine keeps the result.
 */
export function stepScript(step: Step): string {
  const seconds = Math.max(1, Math.ceil(step.timeoutMs / 1000));
  const lines = [
    "set -u",
    `mkdir -p ${stepResultPath}`,
    `deadline=$(( $(date +%s) + ${String(seconds)} ))`,
    "fail() {",
    `  for file in ${stepResultPath}/*; do`,
    `    echo "${recordHeader}\${file##*/}"; tail -c ${String(printedBytes)} "$file" | sed 's/^/ /'; echo`,
    "  done >&2",
    "  exit $(( $1 == 0 ? 1 : $1 ))",
    "}",
    "run() {",
    "  n=$1; accept=$2; dir=$3; shift 3",
    '  cd "$dir" || fail 125',
    "  started=$(date +%s); left=$(( deadline - started )); [ $left -ge 1 ] || left=1",
    `  timeout -k 5 $left "$@" >${stepResultPath}/$n.stdout 2>${stepResultPath}/$n.stderr </dev/null`,
    "  code=$?",
    `  echo "$code $(( $(date +%s) - started )) $left" >${stepResultPath}/$n.status || fail 125`,
    '  case " $accept " in *" $code "*) ;; *) fail $code ;; esac',
    "}",
    ...step.commands.map((command, index) =>
      [
        "run",
        String(index),
        quote(command.accept.join(" ")),
        quote(command.workdir ?? step.workdir),
        ...command.argv.map(quote),
      ].join(" "),
    ),
    ...step.outputs.map((path, index) => `cp ${quote(path)} ${stepResultPath}/${String(index)}.output || fail 1`),
  ];
  return `${lines.join("\n")}\n`;
}

/** What the engine read back from `stepResultPath`, by file name. */
export type StepRecord = ReadonlyMap<string, string>;

/** Reads what the script of a failed step printed on stderr; the files' beginnings may be cut off. */
export function readPrintedRecord(stderr: string): StepRecord {
  const record = new Map<string, string>();
  let name: string | undefined;
  for (const line of stderr.split("\n")) {
    if (line.startsWith(recordHeader)) {
      name = line.slice(recordHeader.length);
      record.set(name, "");
    } else if (name !== undefined && line.startsWith(" ")) {
      record.set(name, `${record.get(name) ?? ""}${line.slice(1)}\n`);
    }
  }
  return record;
}

/** Turns the script's record into results, or into the StepError that it proves. */
export function readStepRecord(step: Step, record: StepRecord): { commands: CommandResult[]; outputs: Map<string, string> } {
  const commands = readCommands(step, record);
  const outputs = step.outputs.map((path, index): [string, string] => {
    const text = record.get(`${String(index)}.output`);
    if (text === undefined) throw new StepError("OUTPUT_MISSING", `Step ${step.name} ended without writing ${path}.`, { log: tail(commands.map((command) => command.stderr).join("")) });
    return [path, text];
  });
  return { commands, outputs: new Map(outputs) };
}

function readCommands(step: Step, record: StepRecord): CommandResult[] {
  return step.commands.map((command, index) => {
    const status = record.get(`${String(index)}.status`);
    const stdout = record.get(`${String(index)}.stdout`) ?? "";
    const stderr = record.get(`${String(index)}.stderr`) ?? "";
    const match = /^(\d+) (\d+) (\d+)\n$/.exec(status ?? "");
    const program = command.program ?? command.argv[0] ?? "the command";
    // Some tools explain themselves on stdout, while a warning stands on stderr.
    const log = tail(`${stdout}\n${stderr}`.trim());
    if (match === null) {
      throw new StepError("TOOL_FAILED", `${program} in step ${step.name} left no exit code: it did not run to its end.`, { log });
    }
    const [exitCode, ranSeconds, allowedSeconds] = [Number(match[1]), Number(match[2]), Number(match[3])];
    if (!command.accept.includes(exitCode)) throw explainExit(step, program, { exitCode, ranSeconds, allowedSeconds }, log);
    return { exitCode, stdout, stderr };
  });
}

function explainExit(
  step: Step,
  program: string,
  end: { exitCode: number; ranSeconds: number; allowedSeconds: number },
  log: string,
): StepError {
  // GNU timeout says 124 (137 after -k), some busybox versions 143.
  if ([124, 137, 143].includes(end.exitCode) && end.ranSeconds >= end.allowedSeconds) {
    return new StepError("TIMED_OUT", `${program} in step ${step.name} was stopped after ${String(Math.round(step.timeoutMs / 1000))} s.`, { log });
  }
  if (end.exitCode === 137) {
    return new StepError("OUT_OF_MEMORY", `${program} in step ${step.name} was killed (exit code 137), most likely for going over ${String(step.memoryMb)} MB.`, { log });
  }
  if (end.exitCode === 126 || end.exitCode === 127) {
    return new StepError("TOOL_FAILED", `${program} could not be started in step ${step.name} (exit code ${String(end.exitCode)}): is it in the image?`, { log });
  }
  return new StepError("TOOL_FAILED", `${program} in step ${step.name} ended with exit code ${String(end.exitCode)}, which is none of its verdicts.`, { log });
}

/** The last lines of a log: enough to see why, little enough to print. */
export function tail(text: string, lines = 20): string {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
