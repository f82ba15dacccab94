import { z } from "zod";
import type { Step, StepResult } from "../engine/engine.ts";
import type { Finding, Suppression } from "../report/schema.ts";
import { UnreadableReportError, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { parseJsonReport } from "./parse-report.ts";
import { readSuppressions, suppressionCommands } from "./suppressions.ts";

/** Gitleaks over the whole history and over the working tree, redacted. */
export const secrets: Gate = {
  name: "secrets",
  tool: "gitleaks",
  blocksAt: "info",
  // One rule covers every key of its kind: allowing a rule would allow tomorrow's leak.
  allowByRule: false,
  nothingToDo: () => undefined,
  look: async (context) => readSecrets(await context.engine.run(secretsStep(context), context.signal)),
};

const historyReport = "/report/history.json";
const treeReport = "/report/tree.json";
const found = 42;
/** Gitleaks' own options for `git log`, and the one without which what a merge itself brought in is never shown. */
const wholeHistory = "--full-history --all --diff-filter=tuxdb --diff-merges=remerge --no-textconv --no-ext-diff";
const watchedGitFolder = "/report/bin";
const gitExits = "/report/git-log.exits";
/**
 * Gitleaks does not look at how its `git log` ended: one that is killed half-way
 * leaves a clean report of the half. This `git` writes down each end of it.
 */
const withWatchedGit = `mkdir -p "$1" && : >"$2" && chmod 666 "$2" && printf '%s\\n' '#!/bin/sh' "real=$(command -v git)" "exits=$2" 'case " $* " in *" log "*) ;; *) exec "$real" "$@" ;; esac' 'echo begun >>"$exits"' '"$real" "$@"' 'code=$?' 'echo "ended $code" >>"$exits"' 'exit $code' >"$1/git" && chmod 755 "$1/git" && PATH="$1:$PATH" && shift 2 && exec gitleaks "$@"`;
/** Gitleaks' own marker is written in two halves, or this line would silence it. */
const marker = "gitleaks" + ":allow";
/** What the history's objects say, whatever was put beside them: replaced commits, attributes that hide a file's lines. */
const plainHistory = {
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_CONFIG_COUNT: "2",
  // The copy belongs to another user than the one in the container.
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  // The empty tree: a bare repository takes attributes from its HEAD otherwise.
  GIT_CONFIG_KEY_1: "attr.tree",
  GIT_CONFIG_VALUE_1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
};

/** Commands in the order that `readSecrets` reads them. */
function secretsStep(context: Pick<GateContext, "timeoutMs">): Step {
  const scan = ["--no-banner", "--no-color", "--redact", "--exit-code", String(found), "-f", "json"];
  return {
    name: "secrets",
    image: { kind: "named", name: "gitleaks" },
    files: [
      { from: "history", to: "/history.git" },
      { from: "tree", path: ".", to: "/tree" },
    ],
    workdir: "/report",
    commands: [
      { argv: ["gitleaks", "version"], accept: [0] },
      { argv: ["git", "-C", "/history.git", "rev-parse", "--is-shallow-repository"], accept: [0] },
      { program: "gitleaks", argv: ["sh", "-c", withWatchedGit, "sh", watchedGitFolder, gitExits, "git", ...scan, `--log-opts=${wholeHistory}`, "-r", historyReport, "/history.git"], accept: [0, found] },
      { argv: ["gitleaks", "dir", ...scan, "-r", treeReport, "."], accept: [0, found], workdir: "/tree" },
      { argv: ["git", "-C", "/history.git", "log", ...wholeHistory.split(" "), `-G${marker}`, "--format=commit %h", "--name-only"], accept: [0, 128] },
      ...suppressionCommands("/tree", { comments: [marker], files: [".gitleaksignore", ".gitleaks.toml"], skippedFolders: [".git"] }),
    ],
    env: plainHistory,
    secrets: {},
    caches: {},
    outputs: [historyReport, treeReport, gitExits],
    timeoutMs: context.timeoutMs,
    memoryMb: 2048,
    network: "none",
  };
}

// A report is an array of these; Match and Secret are redacted and not read.
const leakSchema = z.object({
  RuleID: z.string().min(1),
  Description: z.string(),
  StartLine: z.number().int(),
  File: z.string().min(1),
  Commit: z.string(),
  // Of the secret itself: the one thing that redaction leaves to tell two keys apart.
  Entropy: z.number(),
  Fingerprint: z.string().min(1),
});

/** Turns the step's result into evidence; every way in which Gitleaks fails with a clean report is caught here. */
export function readSecrets(result: StepResult): Evidence {
  const [version, shallow, history, tree, silenced, ...markers] = result.commands;
  if (version === undefined || shallow === undefined || history === undefined || tree === undefined || silenced === undefined) {
    throw new UnreadableReportError("gitleaks did not run all of its scans.");
  }
  if (shallow.stdout.trim() !== "false") {
    throw new UnreadableReportError("The clone is shallow: older commits are not there to be scanned. Fetch them with: git fetch --unshallow");
  }
  // Exit code 0 and an empty report is also what a scan that could not read the repository leaves.
  for (const scan of [history, tree]) {
    const error = scan.stderr.split("\n").find((line) => /^\S+ (ERR|FTL) |^\S+ WRN (skipping|issue reading file|.*partial scan)/.test(line));
    if (error !== undefined) throw new UnreadableReportError(`gitleaks could not look at everything: ${error.replace(/^\S+ \w+ /, "").trim()}`, scan.stderr);
  }
  const commits = Number(/(\d+) commits scanned/.exec(history.stderr)?.[1] ?? 0);
  if (commits === 0) throw new UnreadableReportError("gitleaks scanned no commit: it could not read the history.", history.stderr);
  if (result.outputs.get(gitExits) !== "begun\nended 0\n") throw new UnreadableReportError("gitleaks read the history only in part: its git log did not come to its end.", history.stderr);
  const bytes = Number(/\bscanned ~(\d+) bytes/.exec(tree.stderr)?.[1] ?? 0);
  if (bytes === 0) throw new UnreadableReportError("gitleaks looked at no file of the working tree.", tree.stderr);

  if (silenced.exitCode !== 0) throw new UnreadableReportError("Git could not look for what silences gitleaks in the history.", silenced.stderr);
  const suppressions = readSuppressions(markers.map((command) => command.stdout));
  const inHistory = readLeaks(history.exitCode, result.outputs.get(historyReport) ?? "", "history");
  const known = new Set(inHistory.map((leak) => leak.secret));
  // What is committed and still there is found twice: the commit says more.
  const inTree = readLeaks(tree.exitCode, result.outputs.get(treeReport) ?? "", "working tree").filter((leak) => !known.has(leak.secret));
  return {
    toolVersion: version.stdout.trim().replace(/^v/, ""),
    lookedAt: { count: commits, unit: "commits and the working tree" },
    // Gitleaks looks at several files at once and lists them as they come.
    findings: [...inHistory.toSorted(byPlace), ...inTree.toSorted(byPlace)].map((leak) => leak.finding),
    suppressions: [...suppressions, ...silencedInHistory(silenced.stdout, suppressions)],
    gaps: [],
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map([
      ["gitleaks-history.json", result.outputs.get(historyReport) ?? ""],
      ["gitleaks-tree.json", result.outputs.get(treeReport) ?? ""],
      ["gitleaks.log", history.stderr + tree.stderr],
    ]),
  };
}

/** Where the marker came or went in the past; what is still in the tree is listed there already. */
function silencedInHistory(log: string, inTree: readonly Suppression[]): Suppression[] {
  const known = new Set(inTree.map((suppression) => suppression.where.replace(/:\d+$/, "")));
  let commit = "";
  return log.split("\n").flatMap((line): Suppression[] => {
    if (line.startsWith("commit ")) commit = line.slice("commit ".length);
    return line === "" || line.startsWith("commit ") || known.has(line) ? [] : [{ marker, where: `${line} (commit ${commit})` }];
  });
}

interface Leak {
  readonly finding: Finding;
  readonly secret: string;
}

const byPlace = (one: Leak, other: Leak): number => one.finding.where.localeCompare(other.finding.where, "en", { numeric: true }) || one.finding.id.localeCompare(other.finding.id);

function readLeaks(exitCode: number, text: string, what: string): Leak[] {
  const leaks = parseJsonReport("gitleaks", text, z.array(leakSchema));
  if ((exitCode === found) !== leaks.length > 0) {
    throw new UnreadableReportError(`gitleaks ended with ${String(exitCode)} on the ${what} but reported ${String(leaks.length)} leaks: one of them is wrong.`, text);
  }
  return leaks.map((leak) => {
    const where = `${leak.File}:${String(leak.StartLine)}`;
    return {
      finding: {
        gate: "secrets",
        id: leak.Fingerprint,
        rule: leak.RuleID,
        severity: "critical",
        title: leak.Commit === "" ? leak.Description : `${leak.Description} (commit ${leak.Commit.slice(0, 7)})`,
        where,
      },
      secret: `${leak.RuleID} ${where} ${String(leak.Entropy)}`,
    };
  });
}
