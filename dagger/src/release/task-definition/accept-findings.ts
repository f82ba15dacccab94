import type { TemplateFinding } from "./template-finding.ts";

/**
 * What a team knows better: a finding of ours that `accept` names, as
 * `secret-in-environment backend.CSRF_TOKEN`, stops no release any more and is
 * shown with its reason. What AWS would refuse cannot be accepted, and an entry
 * that is about nothing is a finding itself.
 */
export function acceptFindings(findings: readonly TemplateFinding[], accept: Readonly<Record<string, string>>): TemplateFinding[] {
  const names = new Set(findings.map(nameOf));
  const idle = Object.keys(accept).filter((name) => !names.has(name));
  return [
    ...findings.map((finding) => {
      const reason = accept[nameOf(finding)];
      return reason === undefined ? finding : { ...finding, level: "warning" as const, what: `${finding.what} Accepted: ${reason}`, next: "Nothing, as long as the reason holds." };
    }),
    ...idle.map((name): TemplateFinding => ({ check: "accept-unused", level: "warning", where: "gitops.json", what: `release.accept has "${name}", and nothing of that name was found.`, next: "Take it out." })),
  ];
}

const nameOf = ({ check, subject }: TemplateFinding): string => (subject === undefined ? "" : `${check} ${subject}`);
