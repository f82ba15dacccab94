type Environment = Readonly<Record<string, string | undefined>>;

/** The run's address at the CI server, as each names it. */
export function runLink(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  if (server !== undefined && repository !== undefined && id !== undefined) return `${server}/${repository}/actions/runs/${id}`;
  return env["BUILD_URL"] ?? env["CI_JOB_URL"];
}
