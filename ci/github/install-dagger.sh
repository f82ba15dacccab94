#!/usr/bin/env bash
# Puts Dagger's command line, at the version of dagger.json and nothing else, on the PATH of the steps that follow,
# and names them the engine of ENGINE where there is one.
set -euo pipefail
version=0.21.8
# Of the release's archives for Linux. Dagger's own checksums.txt could not be reached from here, so these were read
# in an index of public repositories, where others pin them for this version: amd64 in ten places (a Dockerfile, shell,
# Python, Go tests; some are copies of each other), arm64 in five, three of which are versions of one file. Nobody
# knows whether those computed them or copied them. Compare with the release's checksums.txt before the first use.
declare -A sums=(
  [x86_64]="amd64 53e226c7da8fb75171e58c35759d736d961ce8b3a12db0baa7b7107954fccc5a"
  [aarch64]="arm64 cd0df4885f2050082932b4abc5a6aad9a733f6aa4e7d8474740558517ffec4af"
)
folder=$RUNNER_TEMP/dagger-$version

if [[ -n ${ENGINE:-} ]]; then echo "_EXPERIMENTAL_DAGGER_RUNNER_HOST=$ENGINE" >>"$GITHUB_ENV"; fi
found=$(dagger version 2>/dev/null || true)
if [[ $found == "dagger v$version "* ]]; then exit 0; fi
read -r arch sum <<<"${sums[$(uname -m)]:-}" || true
if [[ -z ${sum:-} ]]; then
  echo "::error::There is no Dagger v$version for $(uname -s) on $(uname -m) here. Use a runner with Linux on x64 or arm64, or one that has it installed."
  exit 4
fi
mkdir -p "$folder"
archive=$folder/dagger.tar.gz
curl --fail --silent --show-error --location --retry 3 --output "$archive" "https://dl.dagger.io/dagger/releases/$version/dagger_v${version}_linux_$arch.tar.gz"
if ! echo "$sum  $archive" | sha256sum --check --strict --quiet; then
  echo "::error::What dl.dagger.io gave as Dagger v$version is not what is pinned here. Nothing of it was run. Compare with the release's checksums.txt."
  exit 4
fi
tar --extract --gzip --file "$archive" --directory "$folder" dagger
echo "$folder" >>"$GITHUB_PATH"
