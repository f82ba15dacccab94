import type { Finding, Severity } from "../../report/schema.ts";
import type { Hotspot, Issue } from "./record.ts";

/** Issues and hotspots of the server, as findings with a file and a line. */
export interface FindingsOf {
  readonly project: string;
  /** Service -> its folder, from the repository's root. */
  readonly services: Readonly<Record<string, { readonly path: string }>>;
  /** Where a server that was given shows them to people. */
  readonly pages?: { readonly host: string; readonly organization: string | undefined };
}

/** On our own server these stop a release by themselves; a server that was given judges by its quality gate. */
const gravest: Readonly<Record<"own" | "given", Readonly<Record<Issue["severity"], Severity>>>> = {
  own: { BLOCKER: "critical", CRITICAL: "critical", MAJOR: "high", MINOR: "high", INFO: "high" },
  given: { BLOCKER: "medium", CRITICAL: "medium", MAJOR: "medium", MINOR: "low", INFO: "info" },
};

/** How much may be in one function is a limit of our own gate: no metric of a whole project says it. */
export const isComplexity = (issue: Pick<Issue, "rule">): boolean => issue.rule.endsWith(":S3776");

export function issueFinding(issue: Issue, of: FindingsOf): Finding {
  const isOwn = of.pages === undefined;
  const isDefect = issue.type === "BUG" || issue.type === "VULNERABILITY";
  const severity = isOwn && isComplexity(issue) ? "high" : gravest[isOwn && isDefect ? "own" : "given"][issue.severity];
  return finding({ rule: issue.rule, severity, title: issue.message, page: "project/issues", query: { open: issue.key } }, issue, of);
}

export function hotspotFinding(hotspot: Hotspot, of: FindingsOf): Finding {
  const severity = of.pages === undefined ? "high" : "medium";
  const title = `Security hotspot that nobody has reviewed: ${hotspot.message}`;
  // SonarCloud has the page in another place.
  const page = of.pages?.organization === undefined ? "security_hotspots" : "project/security_hotspots";
  return finding({ rule: hotspot.ruleKey, severity, title, page, query: { hotspots: hotspot.key } }, hotspot, of);
}

interface FindingParts {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly page: string;
  readonly query: Readonly<Record<string, string>>;
}

function finding({ rule, severity, title, page, query }: FindingParts, { component, line }: { component: string; line?: number | undefined }, of: FindingsOf): Finding {
  const path = component.startsWith(`${of.project}:`) ? component.slice(of.project.length + 1) : component;
  const service = Object.entries(of.services).find(([, { path: folder }]) => folder === "." || path.startsWith(`${folder}/`))?.[0];
  const link = of.pages === undefined ? ruleLink(rule) : `${of.pages.host}/${page}?${new URLSearchParams({ id: of.project, ...query }).toString()}`;
  return {
    gate: "code-quality",
    id: `${rule}:${path}`,
    rule,
    severity,
    title: title.split("\n")[0] ?? "",
    // What concerns a whole file has no line, and what concerns all no file.
    where: path === of.project ? "project" : line === undefined ? path : `${path}:${String(line)}`,
    ...(service === undefined ? {} : { service }),
    ...(link === undefined ? {} : { link }),
  };
}

/** Repository of rules -> its name on the page of all rules. */
const ruleLanguages: Readonly<Record<string, string>> = {
  azureresourcemanager: "azureresourcemanager",
  cloudformation: "cloudformation",
  css: "css",
  csharpsquid: "csharp",
  docker: "docker",
  go: "go",
  java: "java",
  javascript: "javascript",
  kotlin: "kotlin",
  kubernetes: "kubernetes",
  php: "php",
  python: "python",
  ruby: "ruby",
  rust: "rust",
  scala: "scala",
  secrets: "secrets",
  terraform: "terraform",
  text: "text",
  typescript: "typescript",
  vbnet: "vbnet",
  Web: "html",
  xml: "xml",
};

function ruleLink(rule: string): string | undefined {
  const match = /^([\w]+):S(\d+)$/.exec(rule);
  const language = ruleLanguages[match?.[1] ?? ""];
  return match === null || language === undefined ? undefined : `https://rules.sonarsource.com/${language}/RSPEC-${match[2] ?? ""}/`;
}
