import type { Value } from "./expression.ts";

/** What GitHub tells a workflow of why it runs. */
export interface GitHubEvent {
  readonly name: "pull_request" | "push" | "workflow_dispatch";
  readonly ref: string;
  /** Repository that the pull request's branch is in. */
  readonly headRepository?: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

export const repository = "notes/notes";

export const pullRequest: GitHubEvent = { name: "pull_request", ref: "refs/pull/7/merge", headRepository: repository };
export const forkPullRequest: GitHubEvent = { ...pullRequest, headRepository: "stranger/notes" };
export const pushToMain: GitHubEvent = { name: "push", ref: "refs/heads/main" };
export const dispatch = (inputs: Readonly<Record<string, string>>, ref = "refs/heads/main"): GitHubEvent => ({ name: "workflow_dispatch", ref, inputs });

export const isFork = ({ headRepository }: GitHubEvent): boolean => headRepository !== undefined && headRepository !== repository;

/** The event's own file. */
export const payload = ({ headRepository, inputs }: GitHubEvent): { readonly [key: string]: Value } => ({
  repository: { full_name: repository },
  ...(headRepository === undefined ? {} : { pull_request: { number: 7, head: { repo: { full_name: headRepository } } } }),
  ...(inputs === undefined ? {} : { inputs }),
});

export const githubContext = (event: GitHubEvent, job: string, sha: string): { readonly [key: string]: Value } => ({
  event_name: event.name,
  ref: event.ref,
  repository,
  actor: "ada",
  job,
  sha,
  token: "job-token",
  event: payload(event),
});

/**
 * The claims of the token that GitHub gives to a job. `ids`: of the owner and the repository,
 * which the subject of every repository made since July 2026 has.
 */
export function claimsOf(event: GitHubEvent, { environment, ids, workflow }: { readonly workflow: string; readonly environment?: string | undefined; readonly ids?: readonly [number, number] }): Record<string, string> {
  const [owner = "", name = ""] = repository.split("/");
  const whole = ids === undefined ? repository : `${owner}@${ids[0]}/${name}@${ids[1]}`;
  const rest = environment === undefined ? (event.name === "pull_request" ? "pull_request" : `ref:${event.ref}`) : `environment:${environment}`;
  return {
    iss: "https://token.actions.githubusercontent.com",
    aud: "sts.amazonaws.com",
    sub: `repo:${whole}:${rest}`,
    repository,
    ref: event.ref,
    job_workflow_ref: `${repository}/.github/workflows/${workflow}@${event.ref}`,
    ...(environment === undefined ? {} : { environment }),
  };
}
