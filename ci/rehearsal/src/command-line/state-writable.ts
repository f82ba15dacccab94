import { RehearsalError } from "../rehearsal-error.ts";

const codes = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT", "ENOSPC", "EDQUOT", "EIO", "ENAMETOOLONG"]);

/** Does what writes into the state's folder. Throws RehearsalError STATE_UNWRITABLE where the system does not let it. */
export function inState<Result>(folder: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** The same error where it is no fault of the folder. */
export function unwritable(folder: string, error: unknown): unknown {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (!codes.has(code)) return error;
  const next = code === "ENOSPC" || code === "EDQUOT" ? "Make space, or name a --state on another disk." : "Name another folder with --state, or let this user write there.";
  return new RehearsalError("STATE_UNWRITABLE", `The state's folder ${folder} cannot be written (${message}). Nothing was started.`, next);
}
