import type { Environment } from "../settings/resolve.ts";

/** The account's roles of CI, as AccountRoles names them; a test holds both alike. */
export const environmentRoleNames = ({ application: { project } }: Environment) => ({
  plan: `${project}-plan`,
  release: `${project}-release`,
  apply: `${project}-apply`,
  jenkinsPlan: `${project}-jenkins-plan`,
  jenkinsRelease: `${project}-jenkins-release`,
});
