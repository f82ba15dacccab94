/**
 * What can go wrong with the container engine, and how it is said: what
 * happened, what state things are in now, what to do next.
 */
export const engineErrorCodes = {
  /** No Docker or Podman that answers, and none may or can be installed. */
  NO_ENGINE: "no container engine answers",
  /** The installation of Podman was started and failed. */
  ENGINE_NOT_INSTALLED: "the container engine could not be installed",
  /** The engine answered before and does not any more. */
  ENGINE_GONE: "the container engine stopped answering",
  /** The engine's command ended with an exit code nobody expected. */
  COMMAND_FAILED: "a command of the container engine failed",
  /** The engine's command took longer than it was given. */
  COMMAND_TIMED_OUT: "a command of the container engine took too long",
  /** The caller's signal ended it. */
  CANCELLED: "cancelled",
  /** The engine's answer does not have the form that it has promised. */
  UNEXPECTED_ANSWER: "the container engine answered in an unknown form",
} as const;

export type EngineErrorCode = keyof typeof engineErrorCodes;

export interface EngineErrorParts {
  readonly happened: string;
  readonly state: string;
  readonly next: string;
  readonly cause?: unknown;
  /** Exit code and last lines of the command, where one was run. */
  readonly exitCode?: number | undefined;
  readonly stderrTail?: string | undefined;
}

export class ContainerEngineError extends Error {
  override readonly name = "ContainerEngineError";
  readonly code: EngineErrorCode;
  readonly happened: string;
  readonly state: string;
  readonly next: string;
  readonly exitCode: number | undefined;
  readonly stderrTail: string;

  constructor(code: EngineErrorCode, parts: EngineErrorParts) {
    super(`${parts.happened} ${parts.state} ${parts.next}`, { cause: parts.cause });
    this.code = code;
    this.happened = parts.happened;
    this.state = parts.state;
    this.next = parts.next;
    this.exitCode = parts.exitCode;
    this.stderrTail = parts.stderrTail ?? "";
  }
}

export function isContainerEngineError(error: unknown): error is ContainerEngineError {
  return error instanceof ContainerEngineError;
}
