#!/usr/bin/env bash
# Says in the job's summary what is unusual about this job and what to do about it, and
# fetches the token for AWS where a role is asked for. Ends with 2 where AWS cannot be asked.
set -euo pipefail

# say SIGN WHAT HAPPENED AND WHAT TO DO
say() { printf '%s %s\n\n' "$1" "$2" | tee -a "$GITHUB_STEP_SUMMARY"; }
# refuse WHAT HAPPENED, WHAT TO DO
refuse() { say "✗" "$1 Nothing was started. $2"; }

event=${GITHUB_EVENT_PATH:-/dev/null}
head=$(jq -r '.pull_request.head.repo.full_name // empty' "$event" 2>/dev/null || true)
if [[ -n $head && $head != "$GITHUB_REPOSITORY" ]]; then
  say "ℹ" "This is a pull request of a fork ($head): GitHub gives it no secrets and no token for AWS. Everything that needs none is run; SonarQube is one of the run's own. No plan, no comment and no code scanning: somebody of this repository can push the branch to it for these."
fi
if [[ $(git rev-parse --is-shallow-repository 2>/dev/null) == true ]]; then
  say "?" "This clone is shallow: the secrets gate cannot see older commits and is unavailable. Give actions/checkout \`fetch-depth: 0\`, or run \`git fetch --unshallow\` before."
fi
if ! git rev-parse --verify --quiet HEAD >/dev/null; then
  say "?" "There is no commit here. Begin with actions/checkout."
elif ! git rev-parse --verify --quiet HEAD^ >/dev/null; then
  say "ℹ" "This commit has no parent here, as a first one has none: there is nothing to compare it with, and nothing to go back to. Leave \`--new-only\` and rollback for later ones."
fi
if [[ ${GITHUB_REF_TYPE:-} == tag ]]; then
  say "ℹ" "This is a build of the tag ${GITHUB_REF_NAME:-}. A release is made by a push to main, and its commit is its name: run this workflow on main."
elif [[ ${GITHUB_EVENT_NAME:-} != pull_request ]] && ! git symbolic-ref --quiet HEAD >/dev/null; then
  say "ℹ" "HEAD is detached at $(git rev-parse --short HEAD 2>/dev/null || echo nothing): what the release branch has is asked of origin, not of this checkout. Give actions/checkout no commit as \`ref\`, if a release is refused."
fi

if [[ -z $ROLE ]]; then
  if [[ $TARGET == aws ]]; then refuse "AWS is the target, and no role is named." "Give this action \`role\`."; exit 2; fi
  exit 0
fi
faults=0
if [[ ! $ROLE =~ ^arn:aws:iam::[0-9]{12}: ]]; then
  refuse "The variable AWS_ACCOUNT_ID of this repository is missing, or is not an account's twelve digits (the role would be $ROLE)." "Set it: Settings → Secrets and variables → Actions → Variables."
  faults=1
fi
if [[ ! $ROLE =~ :role/[A-Za-z0-9+=,.@_/-]+$ ]]; then
  refuse "The variable with the role's name is missing (AWS_PLAN_ROLE for a plan, AWS_RELEASE_ROLE for a release, rollback, promote and status, AWS_APPLY_ROLE to apply)." "Set it to the name that the infrastructure's outputs give."
  faults=1
fi
if [[ $TARGET == aws && -z $REGION ]]; then
  refuse "The variable AWS_REGION of this repository is missing." "Set it to the region of the service, such as eu-west-1."
  faults=1
fi
if [[ -z ${ACTIONS_ID_TOKEN_REQUEST_URL:-} || -z ${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-} ]]; then
  refuse "This job may not ask for a token." "Give it \`permissions: id-token: write\`; a pull request of a fork never has that."
  faults=1
fi
if [[ ${GITHUB_EVENT_NAME:-} != pull_request && ${GITHUB_REF:-} != refs/heads/main ]]; then
  refuse "AWS trusts this repository on refs/heads/main only, and this is ${GITHUB_REF:-no ref}." "Run the workflow on main."
  faults=1
fi
if ((faults)); then exit 2; fi

umask 077
# The request's own token goes by a file descriptor: a command line can be seen by all.
if ! curl --fail --silent --show-error --retry 3 --config <(printf 'header = "Authorization: bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN") \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq --exit-status --raw-output --join-output .value >"$RUNNER_TEMP/aws-token"; then
  refuse "GitHub gave no token for AWS." "Run it again; if that does not help, look at GitHub's status."
  exit 4
fi
echo "::add-mask::$(cat "$RUNNER_TEMP/aws-token")"
