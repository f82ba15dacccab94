/** What a tool gave as a link or a path is only used as one when it cannot be anything else. */

/** The address as a browser understands it, for http and https only. */
export function webAddress(link: string | undefined): string | undefined {
  if (link === undefined || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
}

/** A path below a folder as a relative URI reference; undefined when it leads elsewhere. */
export function relativeUri(path: string): string | undefined {
  const parts = path.split("/");
  if (path === "" || path.includes("\\") || parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
  // The first part must not look like a scheme: encodeURIComponent takes the colon away.
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join("/");
}

export interface Place {
  readonly path: string;
  readonly line?: number;
}

const packageGates: ReadonlySet<string> = new Set(["dependencies", "image-scan", "sbom", "licences"]);

/** The file that a finding's `where` names, if it names one of the repository. */
export function placeOf(finding: { readonly gate: string; readonly where: string }): Place | undefined {
  if (packageGates.has(finding.gate)) return undefined;
  const match = /^(.+?)(?::(\d{1,9}))?(?::\d+)?$/s.exec(finding.where);
  const path = match?.[1];
  if (path === undefined || /[:>\n]/.test(path) || relativeUri(path) === undefined) return undefined;
  const line = Number(match?.[2] ?? 0);
  if (line > 0) return { path, line };
  return path.includes("/") || path.startsWith("Dockerfile") ? { path } : undefined;
}
