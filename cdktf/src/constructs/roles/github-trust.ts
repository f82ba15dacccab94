import type { Condition, Statement } from "../policies/policy-document.ts";

/**
 * Which tokens of GitHub Actions may take which role. A token says in `sub` what the job
 * is for, in `job_workflow_ref` which file it runs, and in `repository` whose it is.
 *
 * Repositories made since July 2026 have ids in `sub`, `repo:O@1/N@2:…`, so it is
 * compared with both forms; the star that this needs is closed by `repository`. No
 * condition passes when a claim is missing, and none takes another ref or a fork.
 */
export interface GithubTrust {
  readonly providerArn: string;
  /** `owner/name` */
  readonly repository: string;
  readonly branch: string;
}

const issuer = "token.actions.githubusercontent.com";

const equals = (claim: string, ...values: string[]): Condition => ({ test: "StringEquals", variable: `${issuer}:${claim}`, values });
const like = (claim: string, ...values: string[]): Condition => ({ test: "StringLike", variable: `${issuer}:${claim}`, values });

/** Plans a pull request of the repository itself: GitHub gives a fork's run no token. */
export const trustsPullRequests = (trust: GithubTrust): Statement =>
  takenBy(trust, "Pull requests from the repository itself, by the pipeline's workflow.", [sub(trust, "pull_request"), like("job_workflow_ref", `${trust.repository}/.github/workflows/pipeline.yml@refs/pull/*/merge`)]);

/** Releases, and goes back: on the release branch only. */
export const trustsReleaseBranch = (trust: GithubTrust): Statement =>
  takenBy(trust, `The release branch, by the two workflows that release.`, [onBranch(trust), sub(trust, `ref:refs/heads/${trust.branch}`), equals("job_workflow_ref", workflow(trust, "pipeline.yml"), workflow(trust, "operate.yml"))]);

/** Applies infrastructure: on the release branch, after the environment's reviewers have said yes. */
export const trustsEnvironment = (trust: GithubTrust, environment: string): Statement =>
  takenBy(trust, "The release branch, after the environment's reviewers have said yes.", [onBranch(trust), sub(trust, `environment:${environment}`), equals("environment", environment), equals("job_workflow_ref", workflow(trust, "operate.yml"))]);

const workflow = ({ repository, branch }: GithubTrust, file: string): string => `${repository}/.github/workflows/${file}@refs/heads/${branch}`;

const onBranch = ({ branch }: GithubTrust): Condition => equals("ref", `refs/heads/${branch}`);

function sub({ repository }: GithubTrust, rest: string): Condition {
  const [owner = "", name = ""] = repository.split("/");
  return like("sub", `repo:${repository}:${rest}`, `repo:${owner}@*/${name}@*:${rest}`);
}

const takenBy = ({ providerArn, repository }: GithubTrust, why: string, conditions: readonly Condition[]): Statement => ({
  sid: "TakenBy",
  why,
  actions: ["sts:AssumeRoleWithWebIdentity"],
  principals: [{ type: "Federated", identifiers: [providerArn] }],
  conditions: [equals("aud", "sts.amazonaws.com"), equals("repository", repository), ...conditions],
});
