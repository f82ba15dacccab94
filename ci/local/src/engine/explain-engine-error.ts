import { StepError, type StepErrorCode } from "../../../../dagger/src/engine/step-error.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { isContainerEngineError, type EngineErrorCode } from "../container-engine/errors.ts";

const stepCodes: Readonly<Record<EngineErrorCode, StepErrorCode>> = {
  NO_ENGINE: "ENGINE_LOST",
  ENGINE_NOT_INSTALLED: "ENGINE_LOST",
  ENGINE_GONE: "ENGINE_LOST",
  COMMAND_FAILED: "TOOL_FAILED",
  COMMAND_TIMED_OUT: "TIMED_OUT",
  CANCELLED: "CANCELLED",
  UNEXPECTED_ANSWER: "TOOL_FAILED",
};

/** The container engine's troubles in the words of a step. Whatever else it is, is passed on. */
export async function explainEngineError(error: unknown, containers: ContainerEngine): Promise<unknown> {
  if (error instanceof StepError) return error;
  if (isContainerEngineError(error)) {
    if (/no space left on device/i.test(error.stderrTail)) {
      return new StepError("DISK_FULL", `The disk of the container engine is full. ${error.state} Make room (${containers.program} system df shows what takes it) and run again.`, { log: error.stderrTail, cause: error });
    }
    // A command can fail because the engine died under it, and say anything at all.
    const lost = error.code === "COMMAND_FAILED" && !(await containers.cli.answers());
    return new StepError(lost ? "ENGINE_LOST" : stepCodes[error.code], lost ? `${containers.program} does not answer any more. ${error.message}` : error.message, { log: error.stderrTail, cause: error });
  }
  if ((error as NodeJS.ErrnoException).code === "ENOSPC") return new StepError("DISK_FULL", "The disk is full. Make room and run again.", { cause: error });
  return error;
}
