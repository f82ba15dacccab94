import { createHash } from "node:crypto";

/** Of which rehearsal something is, that is: of which state; and of which process. */
export const rehearsalLabel = "gitops.rehearsal";
export const ownerLabel = "gitops.rehearsal.owner";

export const labelArguments = (rehearsalId: string, owner: string): string[] => ["--label", `${rehearsalLabel}=${rehearsalId}`, "--label", `${ownerLabel}=${owner}`];

/** Begins the names of all that a rehearsal's process makes: two of them may have tasks with the same id. */
export const namePrefix = (rehearsalId: string, owner: string): string => `rehearsal-${createHash("sha256").update(`${rehearsalId} ${owner}`).digest("hex").slice(0, 8)}`;
