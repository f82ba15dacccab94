import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have } from "../have.ts";
import { no, warning } from "./check.ts";

/** What a release can go without knowing. */
const niceties = new Set(["targets", "latest", "ended", "ended.revision", "running.revision", "repositories"]);

/** Whatever could not be read is not known to be good. */
export const unreadFindings = ({ unread, caller }: Have): readonly PreflightFinding[] =>
  unread.map(({ part, action, why }) => {
    const say = niceties.has(part) || part.startsWith("repositories.") || part.startsWith("scans.") ? warning : no;
    const what = action === undefined ? `${part} could not be read: ${why}` : `${part} could not be read: ${caller} may not do ${action}.`;
    return say(`unread-${part}`, what, action === undefined ? "Run it again; if it stays so, look at AWS's health page." : `Allow ${action} in the role's policy; docs/permissions.md has the whole policy that a release needs.`);
  });
