import { releaseRoles, statementsOf, type PermissionInputs, type ReleaseRole, type PolicyStatement } from "../src/release/permissions.ts";

/** docs/permissions.md: both roles, for people who have to grant them. */
export function permissionsMarkdown(inputs: PermissionInputs): string {
  return [
    "# What a release may do in AWS",
    "",
    "Made from `dagger/src/release/permissions.ts` by `npm run schemas`; change it there. The names are those that `gitops.json` gives for this application. The roles of the infrastructure are made of the same data, and a test takes away one action after the other and sees the release fail.",
    "",
    "`sts:GetCallerIdentity` is called too, and needs no permission. Secrets are never read: a release only finds out that they are there.",
    "",
    ...(Object.keys(releaseRoles) as ReleaseRole[]).flatMap((role) => [`## ${role}`, "", releaseRoles[role], "", ...table(role, inputs), ""]),
  ].join("\n");
}

function table(role: ReleaseRole, inputs: PermissionInputs): string[] {
  const seen = new Set(role === "deploy" ? statementsOf("plan", inputs).map(({ sid }) => sid) : []);
  const rows = statementsOf(role, inputs).filter(({ sid }) => !seen.has(sid));
  return [...(seen.size === 0 ? [] : ["Besides all of `plan`:", ""]), "| statement | what for | actions | resources |", "| --- | --- | --- | --- |", ...rows.map(row)];
}

function row({ sid, why, actions, resources, conditions }: PolicyStatement): string {
  const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join("<br>");
  const only = conditions.map(({ test, variable, values }) => `<br>only when \`${variable}\` ${test === "StringEquals" || test === "ArnEquals" ? "is" : test} ${code(values)}`);
  return `| ${sid} | ${why} | ${code(actions)} | ${code(resources)}${only.join("")} |`;
}
