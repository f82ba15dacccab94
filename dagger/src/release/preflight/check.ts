import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have } from "../have.ts";
import type { Want } from "../want.ts";

/** One concern. It judges only what was read: of the parts that it needs, none may be unread. */
export interface Check {
  /** Parts of Have. */
  readonly needs: readonly (keyof Have)[];
  readonly look: (want: Want, have: Have) => readonly PreflightFinding[];
}

export const ok = (check: string, what: string): PreflightFinding => ({ check, level: "ok", what, next: "" });
export const warning = (check: string, what: string, next: string): PreflightFinding => ({ check, level: "warning", what, next });
export const no = (check: string, what: string, next: string): PreflightFinding => ({ check, level: "no", what, next });

/** `targets`, or one of several such as `images.backend`. */
export const isUnread = ({ unread }: Have, part: string): boolean => unread.some((one) => one.part === part || one.part.startsWith(`${part}.`));

export const applyAgain = "Apply the infrastructure again";
