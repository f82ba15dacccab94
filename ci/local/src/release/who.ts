import { userInfo } from "node:os";

/** Who releases, as a CI server or this machine names them: shown in the history, and proof of nothing. */
export function whoReleases(env: NodeJS.ProcessEnv): string {
  const named = env["GITHUB_ACTOR"] ?? env["GITLAB_USER_LOGIN"] ?? env["BUILD_USER_ID"] ?? env["USER"];
  if (named !== undefined && named !== "") return named;
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return "";
  }
}
