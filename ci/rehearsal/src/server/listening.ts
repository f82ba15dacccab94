import { RehearsalError } from "../rehearsal-error.ts";

/** Throws RehearsalError for an address that other machines can reach, unless that is said as well. */
export function requireLoopback({ host = "127.0.0.1", beyondThisMachine = false }: { readonly host?: string; readonly beyondThisMachine?: boolean }): void {
  if (beyondThisMachine || host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host)) return;
  throw new RehearsalError("NOT_LOOPBACK", `${host} can be reached from other machines, and a rehearsal runs whatever it is told to: its key is no secret. Nothing was started.`, "Leave --host out (`host` in a program), or say --beyond-this-machine (`beyondThisMachine`) as well.");
}

/** What a person can do about an address that cannot be had; what is no fault of the address comes back as it is. */
export function notListening(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new RehearsalError("PORT_TAKEN", `Something else listens on ${host}:${String(port)}. Nothing was started.`, "End it, or start the rehearsal with another --port.");
    case "EACCES":
      return new RehearsalError("PORT_TAKEN", `This user may not listen on ${host}:${String(port)}. Nothing was started.`, "Start the rehearsal with another --port: those under 1024 are the system's.");
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new RehearsalError("BAD_ARGUMENTS", `${host} is no address of this machine. Nothing was started.`, "Leave --host out, or name one that it has.");
    default:
      return error;
  }
}
