#!/usr/bin/env bash
# Keeps one comment of a kind up to date in this run's pull request; elsewhere does nothing.
#   comment.sh KIND FILE
set -euo pipefail
kind=$1 file=$2
number=$(jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH")
if [[ -z $number ]]; then echo "No pull request: no comment."; exit 0; fi
if [[ ! -s $file ]]; then echo "Nothing to say: there is no $file."; exit 0; fi
marker="<!-- gitops:$kind -->"
comments=repos/$GITHUB_REPOSITORY/issues/$number/comments
# Of the workflow's own account only: anybody may write the marker.
mine=$(gh api --paginate "$comments" --jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))) | .id" | head -n 1)
{ echo "$marker"; cat "$file"; } | jq --raw-input --slurp '{body: .}' >"$RUNNER_TEMP/comment.json"
if [[ -n $mine ]]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$mine" --input "$RUNNER_TEMP/comment.json" --silent
else
  gh api --method POST "$comments" --input "$RUNNER_TEMP/comment.json" --silent
fi
