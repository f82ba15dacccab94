import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Step } from "../../src/engine/engine.ts";
import type { StepError } from "../../src/engine/step-error.ts";
import { readPrintedRecord, readStepRecord, stepScript, tail, type StepRecord } from "../../src/engine/step-script.ts";
import { aStep } from "../support/a-step.ts";
import { runInScratch } from "../support/run-in-scratch.ts";

const shell = (script: string, accept: readonly number[] = [0]): Step["commands"][number] => ({ argv: ["sh", "-c", script], accept });

describe("the step script, really run", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "step größe "));
    mkdirSync(join(root, "work"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const places = (): Record<string, string> => ({ "/work": join(root, "work"), "/report": join(root, "report") });
  const run = async (step: Step): ReturnType<typeof runInScratch> => runInScratch(step, root, places());
  const result = async (step: Step): Promise<ReturnType<typeof readStepRecord>> => readStepRecord(step, (await run(step)).record);

  it("gives each command's exit code, stdout and stderr", async () => {
    const step = aStep({ commands: [shell("echo out; echo err >&2"), shell("exit 42", [0, 42])] });
    const done = await run(step);
    expect(done.exitCode).toBe(0);
    expect(done.stderr).toBe("");
    expect(readStepRecord(step, done.record).commands).toEqual([
      { exitCode: 0, stdout: "out\n", stderr: "err\n" },
      { exitCode: 42, stdout: "", stderr: "" },
    ]);
  });

  it.each([
    ["spaces", "two  words "],
    ["quotes", `it's "quoted" and 'so on'`],
    ["only quotes", "'''"],
    ["a dollar, a backtick and a backslash", "$HOME `id` \\n \\"],
    ["a line break", "one\ntwo\n"],
    ["nothing", ""],
    ["non-ASCII letters", "größe ✓ 名前"],
    ["a wildcard", "*"],
    ["an option", "-n"],
    ["redirections", "a > b; c & d | e # f"],
  ])("passes an argument with %s as it is", async (_name, argument) => {
    const { commands } = await result(aStep({ commands: [{ argv: ["printf", "<%s>", argument, argument], accept: [0] }] }));
    expect(commands[0]?.stdout).toBe(`<${argument}><${argument}>`);
  });

  it("gives no command anything to read, so that a question ends at once", async () => {
    const { commands } = await result(aStep({ commands: [shell("read answer; echo \"$answer$?\"")] }));
    expect(commands[0]?.stdout).toBe("1\n");
  });

  it("runs each command in its own folder, else in the step's", async () => {
    mkdirSync(join(root, "work/mit leer zeichen"));
    const { commands } = await result(aStep({ workdir: "/work", commands: [{ argv: ["pwd"], accept: [0], workdir: "/work/mit leer zeichen" }, { argv: ["pwd"], accept: [0] }] }));
    expect(commands.map((command) => command.stdout.trim())).toEqual([join(root, "work/mit leer zeichen"), join(root, "work")]);
  });

  it("hands the outputs over, whatever is in them", async () => {
    const step = aStep({ commands: [{ argv: ["sh", "-c", `printf 'größe\n\n' > "$0"; : > "$1"`, "/report/a b.json", "/report/empty"], accept: [0] }], outputs: ["/report/a b.json", "/report/empty"] });
    expect([...(await result(step)).outputs]).toEqual([["/report/a b.json", "größe\n\n"], ["/report/empty", ""]]);
  });

  it("ends at the first exit code that is not accepted, with that code", async () => {
    const step = aStep({ commands: [shell("echo broken >&2; exit 3", [0, 1]), shell("touch ran")] });
    const ended = await run(step);
    expect(ended.exitCode).toBe(3);
    expect([...ended.record.keys()].toSorted()).toEqual(["0.status", "0.stderr", "0.stdout", "started"]);
    expect(() => readStepRecord(step, ended.record)).toThrow(expect.objectContaining({ code: "TOOL_FAILED", message: "sh in step secrets ended with exit code 3, which is none of its verdicts.", log: "broken" }));
  });

  it("does not end with 0 where 0 is the code that is not accepted", async () => {
    expect((await run(aStep({ commands: [shell("exit 0", [1])] }))).exitCode).toBe(1);
  });

  it("tells accepted codes apart from those that only look alike", async () => {
    expect((await run(aStep({ commands: [shell("exit 4", [0, 42])] }))).exitCode).toBe(4);
  });

  it("stops what hangs when the step's time is up", async () => {
    const step = aStep({ commands: [shell("echo began; sleep 60")], timeoutMs: 1000 });
    const ended = await run(step);
    expect(ended.exitCode).toBe(124);
    expect(() => readStepRecord(step, ended.record)).toThrow(expect.objectContaining({ code: "TIMED_OUT", message: "sh in step secrets was stopped after 1 s.", log: "began" }));
  });

  it("kills what does not want to stop", async () => {
    const step = aStep({ commands: [shell("trap '' TERM; while :; do sleep 1; done")], timeoutMs: 1000 });
    const ended = await run(step);
    expect(ended.exitCode).toBe(137);
    expect(() => readStepRecord(step, ended.record)).toThrow(expect.objectContaining({ code: "TIMED_OUT" }));
  }, 20_000);

  it("the time is the step's, not each command's", async () => {
    const step = aStep({ commands: [shell("sleep 2"), shell("sleep 60")], timeoutMs: 3000 });
    const ended = await run(step);
    expect(ended.record.get("1.status")).toMatch(/^124 [1-3] [12]\n$/);
    expect(() => readStepRecord(step, ended.record)).toThrow(expect.objectContaining({ code: "TIMED_OUT", message: "sh in step secrets was stopped after 3 s." }));
  });

  it("a tool that is killed is out of memory, not out of time", async () => {
    const step = aStep({ commands: [shell("kill -9 $$")] });
    const ended = await run(step);
    expect(ended.exitCode).toBe(137);
    expect(() => readStepRecord(step, ended.record)).toThrow(
      expect.objectContaining({ code: "OUT_OF_MEMORY", message: "sh in step secrets was killed (exit code 137), most likely for going over 512 MB." }),
    );
  });

  it.each([
    ["is not there", ["no-such-tool", "--version"], 127, "no-such-tool could not be started in step secrets (exit code 127): is it in the image?"],
    ["is not a program", ["/etc/passwd"], 126, "/etc/passwd could not be started in step secrets (exit code 126): is it in the image?"],
  ])("a tool that %s could not be started", async (_name, argv, code, message) => {
    const step = aStep({ commands: [{ argv, accept: [0] }] });
    const ended = await run(step);
    expect(ended.exitCode).toBe(code);
    expect(() => readStepRecord(step, ended.record)).toThrow(expect.objectContaining({ code: "TOOL_FAILED", message }));
  });

  it("an output that was not written is missing, though the tool said that all is well", async () => {
    const step = aStep({ commands: [shell("echo done >&2")], outputs: ["/report/leaks.json"] });
    const ended = await run(step);
    expect(ended.exitCode).toBe(1);
    expect(() => readStepRecord(step, ended.record)).toThrow(expect.objectContaining({ code: "OUTPUT_MISSING", message: "Step secrets ended without writing /report/leaks.json.", log: "done" }));
  });

  it("an output that is a folder is missing", async () => {
    const step = aStep({ commands: [{ argv: ["mkdir", "-p", "/report/leaks.json"], accept: [0] }], outputs: ["/report/leaks.json"] });
    await expect(result(step)).rejects.toMatchObject({ code: "OUTPUT_MISSING" });
  });

  it.each([
    ["an output", "head -c 3000 /dev/zero >'/report/a.json'", "/report/a.json"],
    ["what a tool prints", "head -c 3000 /dev/zero; : >'/report/a.json'", "stdout of sh"],
  ])("refuses %s that is too large to be read, and says how large it is, in both engines", async (_name, script, what) => {
    const step = aStep({ commands: [shell(script.replaceAll("/report", join(root, "report")))], outputs: ["/report/a.json"] });
    const done = await runInScratch(step, root, places(), {}, 2000);
    expect(done.exitCode).toBe(1);
    for (const record of [done.record, readPrintedRecord(done.stderr)]) {
      expect(() => readStepRecord(step, record)).toThrow(expect.objectContaining({ code: "OUTPUT_TOO_LARGE", message: expect.stringContaining(what.replace("/report", join(root, "report"))) as string }));
    }
    expect([...done.record.values()].every((text) => text.length < 100)).toBe(true);
  });

  it("writes down when it began, by which a result from an earlier run is known", async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { startedAt } = await result(aStep({ commands: [shell(":")] }));
    expect(startedAt).toBeGreaterThanOrEqual(before);
    expect(startedAt).toBeLessThanOrEqual(Date.now());
  });

  it("a folder that is not there ends the step, and nothing has run", async () => {
    const step = aStep({ workdir: "/work/nowhere", commands: [shell("touch ran")] });
    const ended = await run(step);
    expect(ended.exitCode).toBe(125);
    expect(() => readStepRecord(step, ended.record)).toThrow(expect.objectContaining({ code: "TOOL_FAILED", message: "sh in step secrets left no exit code: it did not run to its end." }));
  });

  it.each<[string, Partial<Step> & Pick<Step, "commands">]>([
    ["an exit code that is not accepted", { commands: [shell("echo out; echo größe >&2; printf 'no end' >&2; exit 3")] }],
    ["a missing output", { commands: [shell("echo 'step-record 0.status' >&2")], outputs: ["/report/x"] }],
    ["a missing tool", { commands: [{ argv: ["no-such-tool"], accept: [0] }] }],
  ])("prints what it recorded, so that an engine may read it from the script's stderr: %s", async (_name, more) => {
    const step = aStep(more);
    const ended = await run(step);
    const thrown = (record: StepRecord): unknown => {
      try {
        return readStepRecord(step, record);
      } catch (error) {
        const { code, message, log } = error as StepError;
        return { code, message, log };
      }
    };
    expect(thrown(readPrintedRecord(ended.stderr))).toEqual(thrown(ended.record));
  });

  it("prints only the end of a long log", async () => {
    const ended = await run(aStep({ commands: [shell("i=0; while [ $i -lt 5000 ]; do echo \"line $i\"; i=$((i+1)); done; exit 3")] }));
    expect(ended.stderr.length).toBeLessThan(8000);
    expect(readPrintedRecord(ended.stderr).get("0.stdout")).toMatch(/line 4999\n$/);
    expect(readPrintedRecord(ended.stderr).get("0.status")).toMatch(/^3 /);
  });
});

describe("a step's record", () => {
  const step = aStep({ commands: [{ argv: ["gitleaks", "git"], accept: [0, 42] }], outputs: ["/report/a.json"], timeoutMs: 900_000 });
  const record = (status: string | undefined, more: Record<string, string> = { "0.output": "[]" }): StepRecord => new Map(Object.entries({ ...(status === undefined ? {} : { "0.status": status }), ...more }));

  it.each([
    ["0 3 900\n", 0],
    ["42 3 900\n", 42],
  ])("with the status %j is a result", (status, exitCode) => {
    expect(readStepRecord(step, record(status)).commands).toEqual([{ exitCode, stdout: "", stderr: "" }]);
  });

  it.each([
    ["no status", undefined, "TOOL_FAILED"],
    ["an empty status", "", "TOOL_FAILED"],
    ["half a status", "0 3", "TOOL_FAILED"],
    ["words", "zero 3 900\n", "TOOL_FAILED"],
    ["a code that is not accepted", "1 3 900\n", "TOOL_FAILED"],
    ["GNU timeout's code in time", "124 3 900\n", "TOOL_FAILED"],
    ["GNU timeout's code, time over", "124 900 900\n", "TIMED_OUT"],
    ["busybox timeout's code, time over", "143 901 900\n", "TIMED_OUT"],
    ["killed, time over", "137 905 900\n", "TIMED_OUT"],
    ["killed in time", "137 12 900\n", "OUT_OF_MEMORY"],
  ])("with %s is none", (_name, status, code) => {
    expect(() => readStepRecord(step, record(status))).toThrow(expect.objectContaining({ name: "StepError", code }));
  });

  it("without its output is none", () => {
    expect(() => readStepRecord(step, record("0 3 900\n", {}))).toThrow(expect.objectContaining({ code: "OUTPUT_MISSING" }));
  });

  it("shows what was said on stdout too, where only a warning stands on stderr", () => {
    const failed = record("1 3 900\n", { "0.stdout": "error TS5058: no tsconfig\n", "0.stderr": "a warning\n" });
    expect(() => readStepRecord(step, failed)).toThrow(expect.objectContaining({ log: "error TS5058: no tsconfig\n\na warning" }));
  });

  it("holds no secret of the step, whoever printed it", () => {
    const secret = ["sqp", "0123456789"].join("_");
    const withSecret = { ...step, secrets: { "/run/token": secret, "/run/empty": "" } };
    const done = readStepRecord(withSecret, record("0 3 900\n", { "0.stdout": `token=${secret}\n`, "0.stderr": `Authorization: ${secret}`, "0.output": `{"t":"${secret}"}` }));
    expect(JSON.stringify([done.commands, [...done.outputs]])).not.toContain(secret);
    expect(done.outputs.get("/report/a.json")).toBe('{"t":"***"}');
    expect(() => readStepRecord(withSecret, record("1 3 900\n", { "0.stderr": `bad token ${secret}\n` }))).toThrow(expect.objectContaining({ log: "bad token ***" }));
  });

  it("is empty where nothing was printed", () => {
    expect([readPrintedRecord(""), readPrintedRecord("sh: out of disk\n no header yet\n")]).toEqual([new Map(), new Map()]);
  });

  it("gives a step without a whole second one second", () => {
    expect(stepScript({ ...step, timeoutMs: 10 })).toContain("$(date +%s) + 1 ");
  });

  it.each([
    ["", ""],
    ["a\nb\n", "a\nb"],
    [Array.from({ length: 30 }, (_, index) => String(index)).join("\n"), Array.from({ length: 20 }, (_, index) => String(index + 10)).join("\n")],
  ])("shows a log's last lines: %j", (text, end) => {
    expect(tail(text)).toBe(end);
  });
});
