import { explainBuildLog } from "./build-failure.ts";
import type { ImageBuild, Step } from "./engine.ts";
import { StepError } from "./step-error.ts";
import { readPrintedRecord, readStepRecord, tail } from "./step-script.ts";

/** Dagger's troubles in the words of a step. */

/** A Dockerfile that names an image by itself, which cannot be had: the image's name, then the registry's words. */
const imageTrouble = /failed to resolve image|failed to convert Dockerfile to LLB: [\w.-]+(:\d+)?\/\S+: /;

/** What stands before the registry's own words, and repeats the reference. */
const resolving = /^.*failed to resolve image "[^"]*" \(platform: "[^"]*"\): /;

/** A command that failed, as Dagger tells it. A module's SDK does not export the class itself. */
interface FailedExec extends Error {
  readonly cmd: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const isFailedExec = (error: unknown): error is FailedExec => error instanceof Error && error.name === "ExecError";

/** What has no answer at all: a session answers every question that it gets. */
const isLost = (error: Error): boolean => error.name === "UnknownDaggerError" || error.name === "NotAwaitedRequestError";

/** For what fails before the step's own command: fetching its image, copying its files. */
export function explainDaggerError(error: unknown, doing: string): unknown {
  if (error instanceof StepError || !(error instanceof Error)) return error;
  const log = logOf(error);
  if (/no space left on device/i.test(log)) return new StepError("DISK_FULL", `The disk of the Dagger engine is full. Make room (dagger core engine local-cache prune) and run again.`, { log, cause: error });
  if (isLost(error)) return new StepError("ENGINE_LOST", `The Dagger engine does not answer any more.`, { log, cause: error });
  return new StepError("TOOL_FAILED", `${doing} did not work: ${lastLine(log)}`, { log, cause: error });
}

export function explainImage(error: unknown, image: string): unknown {
  const explained = explainDaggerError(error, `Fetching ${image}`);
  if (!(explained instanceof StepError) || explained.code !== "TOOL_FAILED") return explained;
  return new StepError("IMAGE_UNAVAILABLE", `The image ${image} cannot be had: ${lastLine(explained.log).replace(resolving, "")}. Is its name right, and does its registry answer?`, { log: explained.log, cause: error });
}

export function explainBuild(error: unknown, build: ImageBuild): unknown {
  const dockerfile = `${build.context}/${build.dockerfile}`;
  const explained = explainDaggerError(error, `The build of ${dockerfile}`);
  if (!(explained instanceof StepError) || explained.code !== "TOOL_FAILED") return explained;
  const { log } = explained;
  if (!isFailedExec(error) && imageTrouble.test(error instanceof Error ? error.message : log)) return new StepError("IMAGE_UNAVAILABLE", `An image that ${dockerfile} (${build.target}) is built from cannot be had: ${lastLine(log)}`, { log, cause: error });
  return explainBuildLog(build, log, error);
}

/** A failed exec's files are out of reach: its script has printed what tells why. */
export function explainStep(error: unknown, step: Step): unknown {
  if (!isFailedExec(error)) return explainDaggerError(error, `Step ${step.name}`);
  const record = readPrintedRecord(error.stderr);
  if (record.size === 0 && error.exitCode === 137) {
    return new StepError("OUT_OF_MEMORY", `Step ${step.name} was killed before its first command ended, most likely because the engine's machine ran out of memory.`, { cause: error });
  }
  try {
    readStepRecord(step, record);
  } catch (proved) {
    if (record.size > 0 || !(proved instanceof StepError)) return proved;
    return new StepError(proved.code, proved.message, { log: tail(error.stderr), cause: error });
  }
  return new StepError("TOOL_FAILED", `Step ${step.name} ended with exit code ${String(error.exitCode)}, although all of its commands were accepted.`, { log: tail(error.stderr), cause: error });
}

function logOf(error: Error): string {
  if (!isFailedExec(error)) return error.message.replaceAll(noise, "");
  return [error.stdout, error.stderr].filter((text) => text !== "").join("\n") || `${error.cmd.at(-1) ?? "a command"}: ended with exit code ${String(error.exitCode)} and said nothing`;
}

/** What Dagger adds for its own display (`[traceparent:…]`), and the digests of its calls. */
const noise = /\s*\[traceparent:[^\]]*\]|(load )?(xxh3:[0-9a-f]+|\w+@[\w+/=-]{20,}): (inputs: )?|failed to (clone built container state|load container from converted ID|convert Dockerfile to LLB): /g;

const lastLine = (text: string): string => tail(text, 1).trim();
