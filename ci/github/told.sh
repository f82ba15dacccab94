#!/usr/bin/env bash
# Runs a command and ends as it does; what it has made or said becomes the job's summary.
#   told.sh COMMAND…      leaves out/summary.md
set -uo pipefail
longest=60000
mkdir -p out
{
  "$@" 2>&1 >&3 3>&- | tee out/log.txt >&2
  code=${PIPESTATUS[0]}
} 3>out/words.txt
cat out/words.txt

# Its words as they are, whatever they hold: a fence that is longer than any in them.
fenced() {
  local words fence='~~~~~~~~'
  words=$(head -c "$longest")
  while [[ $words == *"$fence"* ]]; do fence+='~'; done
  printf '%stext\n%s\n%s\n' "$fence" "$words" "$fence"
}
if [[ -s out/report.md ]]; then
  cat out/report.md
elif ((code == 0)); then
  fenced <out/words.txt
else
  printf '## ✗ It ended with exit code %s\n\nWhat the code means, and what to do then, is in docs/runbook.md.\n\n' "$code"
  tail -n 60 out/log.txt | cat out/words.txt - | fenced
fi >out/summary.md
cat out/summary.md >>"$GITHUB_STEP_SUMMARY"
exit "$code"
