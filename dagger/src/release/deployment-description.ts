/** What is written on a deployment in CodeDeploy, for the history: it is the only place that says who started it and as what. */
export interface Described {
  readonly what: "release" | "rollback";
  readonly commit: string | undefined;
  readonly by: string | undefined;
  /** Why it was released against the rules. */
  readonly breakGlass: string | undefined;
}

/** CodeDeploy's limit. */
const longest = 256;
/** Of a name beside a reason, so that there is room for both. */
const longestName = 80;
const reasonSign = "; break-glass: ";

export function deploymentDescription({ breakGlass, by, commit, what }: { readonly what: Described["what"]; readonly commit: string; readonly by: string; readonly breakGlass?: string | undefined }): string {
  const reason = breakGlass === undefined ? "" : `${reasonSign}${oneLine(breakGlass)}`;
  // A name ends at a semicolon: nobody's name can pass for a reason.
  const who = oneLine(by).replaceAll(";", ",").slice(0, reason === "" ? longest : longestName);
  return `${what === "release" ? "release" : "rollback to"} ${commit === "" ? "a revision without a commit" : commit}${who === "" ? "" : ` by ${who}`}${reason}`.slice(0, longest);
}

const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();

/** Of a deployment that another tool made: a release, by nobody known. */
export function readDescription(text: string): Described {
  const [before = "", ...after] = text.split(reasonSign);
  return {
    what: /^rollback\b/i.test(text) ? "rollback" : "release",
    commit: /\b[0-9a-f]{40}\b/.exec(before)?.[0] ?? /\b[0-9a-f]{7}\b/.exec(before)?.[0],
    by: /\bby (.+?)(?:;|$)/.exec(before)?.[1],
    breakGlass: after.length === 0 ? undefined : after.join(reasonSign),
  };
}
