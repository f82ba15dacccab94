import type { CommandResult, Step } from "./engine.ts";
import { StepError } from "./step-error.ts";

/** Folder inside the container where the script leaves what it saw. */
export const stepFolder = "/.step";
export const stepScriptPath = `${stepFolder}/run.sh`;
export const stepResultPath = `${stepFolder}/result`;

/** Lines for /etc/hosts, from an engine that has no other way to give its services a name. */
export const stepHostsPath = `${stepFolder}/hosts`;

/** More than this of one output is refused: it would have to be held in memory several times over. Bytes. */
export const largestOutputBytes = 64 * 1024 * 1024;

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
 * output M to `result/M.output`. `result/started` is when it began, in seconds
 * since the epoch: a result from before the run is from the cache. What is too
 * large to be read is emptied, and `result/too-large` says what. It exits 0 when every exit code was accepted
 * and every output is there. Else it prints the record's ends on stderr, for an
 * engine that cannot look into a failed container (`readPrintedRecord`), and
 * exits with another code than 0, so that no engine keeps the result.
 */
export function stepScript(step: Step, limitBytes = largestOutputBytes): string {
  const seconds = Math.max(1, Math.ceil(step.timeoutMs / 1000));
  const lines = [
    "set -u",
    `mkdir -p ${stepResultPath}`,
    `date +%s >${stepResultPath}/started`,
    `[ ! -f ${stepHostsPath} ] || cat ${stepHostsPath} >>/etc/hosts`,
    `deadline=$(( $(date +%s) + ${String(seconds)} ))`,
    "fail() {",
    `  for file in ${stepResultPath}/*; do`,
    `    echo "${recordHeader}\${file##*/}"; tail -c ${String(printedBytes)} "$file" | sed 's/^/ /'; echo`,
    "  done >&2",
    "  exit $(( $1 == 0 ? 1 : $1 ))",
    "}",
    "check_size() {",
    `  size=$(wc -c <"$1"); [ "$size" -le ${String(limitBytes)} ] && return`,
    `  : >"$1"; echo "$size $2" >${stepResultPath}/too-large; fail 1`,
    "}",
    "run() {",
    "  n=$1; accept=$2; dir=$3; shift 3",
    '  cd "$dir" || fail 125',
    "  started=$(date +%s); left=$(( deadline - started )); [ $left -ge 1 ] || left=1",
    `  timeout -k 5 $left "$@" >${stepResultPath}/$n.stdout 2>${stepResultPath}/$n.stderr </dev/null`,
    "  code=$?",
    `  echo "$code $(( $(date +%s) - started )) $left" >${stepResultPath}/$n.status || fail 125`,
    `  for stream in stdout stderr; do check_size ${stepResultPath}/$n.$stream "$stream of $1"; done`,
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
    ...step.outputs.flatMap((path, index) => {
      const to = `${stepResultPath}/${String(index)}.output`;
      return [`cp ${quote(path)} ${to} || fail 1`, `check_size ${to} ${quote(path)}`];
    }),
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

export interface StepRun {
  readonly commands: CommandResult[];
  readonly outputs: Map<string, string>;
  /** Milliseconds since the epoch, to the second; undefined when the record does not say. */
  readonly startedAt: number | undefined;
}

/** Turns the script's record into results, or into the StepError that it proves. No value of the step's secrets is in it. */
export function readStepRecord(step: Step, printed: StepRecord): StepRun {
  const record = withoutSecrets(step, printed);
  const tooLarge = /^(\d+) (.*)$/m.exec(record.get("too-large") ?? "");
  if (tooLarge !== null) {
    throw new StepError("OUTPUT_TOO_LARGE", `Step ${step.name} left ${String(Math.round(Number(tooLarge[1]) / 1_000_000))} MB in ${tooLarge[2] ?? ""}; at most ${String(Math.round(largestOutputBytes / 1_000_000))} MB are read.`);
  }
  const commands = readCommands(step, record);
  const outputs = step.outputs.map((path, index): [string, string] => {
    const text = record.get(`${String(index)}.output`);
    if (text === undefined) throw new StepError("OUTPUT_MISSING", `Step ${step.name} ended without writing ${path}.`, { log: tail(commands.map((command) => command.stderr).join("")) });
    return [path, text];
  });
  const started = record.get("started");
  return { commands, outputs: new Map(outputs), startedAt: started === undefined ? undefined : Number(started) * 1000 };
}

/** Whether a result may serve later runs, as the step's commands say. */
export function mayBeKept(step: Step, commands: readonly CommandResult[]): boolean {
  return step.commands.every(({ keep }, index) => keep === undefined || keep.includes(commands[index]?.exitCode ?? -1));
}

/** A tool may print what it was given. Shorter values than these are no secrets, and would be found everywhere. */
const shortestSecret = 6;

function withoutSecrets(step: Step, record: StepRecord): StepRecord {
  const values = Object.values(step.secrets).filter((value) => value.length >= shortestSecret);
  if (values.length === 0) return record;
  return new Map([...record].map(([name, text]) => [name, values.reduce((rest, value) => rest.replaceAll(value, "***"), text)]));
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
