#!/usr/bin/env bash
# Builds what is missing or out of date, and nothing else. `./skep` and `./test` call it first; it may be run at any time,
# by several at once. With --tests the test projects are built too.
#
# Two checks decide: nothing newer than the last success (a few milliseconds, no tool is started), and then, step by step,
# a digest of each step's inputs, so that touching a file or switching branches back and forth builds nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scope=product
[[ ${1:-} == --tests ]] && scope=tests

stamps=artifacts/stamps
done_stamp=$stamps/$scope.done
inputs=(src js build package.json package-lock.json global.json Skep.slnx Directory.Build.props Directory.Packages.props .editorconfig)
[[ $scope == tests ]] && inputs+=(tests bench/Skep.Benchmarks)

say() { printf '%s\n' "$*" >&2; }

up_to_date() {
  [[ -f $done_stamp && -d node_modules && -z $(find "${inputs[@]}" -newer "$done_stamp" -print -quit 2>/dev/null) ]]
}

up_to_date && exit 0

mkdir -p "$stamps"
exec 9>"$stamps/lock"
if ! flock -n 9; then
  say "Waiting for another build of this folder to finish"
  flock 9
  up_to_date && exit 0
fi

# Whatever changes while the build runs must be seen by the next one.
touch "$stamps/started"

# step NAME OUTPUT INPUT… -- COMMAND…: runs the command when OUTPUT is missing or an input's content changed.
step() {
  local name=$1 output=$2 digest command
  shift 2
  local from=()
  while [[ $1 != -- ]]; do from+=("$1"); shift; done
  shift
  digest=$(find "${from[@]}" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
  [[ -e $output && $(cat "$stamps/$name" 2>/dev/null) == "$digest" ]] && return 0
  rm -f "$stamps/$name"
  say "Building: $name"
  "$@"
  printf '%s' "$digest" >"$stamps/$name"
}

# quietly COMMAND…: shows the command's output only when it fails.
quietly() {
  local log=$stamps/output.log
  "$@" >"$log" 2>&1 9>&- && return 0
  cat "$log" >&2
  say "Failed: $*"
  return 1
}

source build/prerequisites.sh
source build/steps.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A registry that does not answer once or twice is no reason to fail.
export npm_config_fetch_retries=5
prerequisites
[[ $scope == tests ]] && test_prerequisites
build_steps

# Whoever has the tests has the product.
[[ $scope == tests ]] && touch -r "$stamps/started" "$stamps/product.done"
mv "$stamps/started" "$done_stamp"
