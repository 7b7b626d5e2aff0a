#!/usr/bin/env bash
# Compiles the shim: build.sh OUTPUT NODE_PACKAGE. One object per file, only what changed, two at a time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$1 node=$2
objects=$(dirname "$output")/native
mkdir -p "$objects"
flags=(-std=c++20 -O2 -fPIC -fvisibility=hidden -fno-exceptions -fno-rtti -Wall -Wextra -Wno-unused-parameter
  -Wno-cast-function-type -Wno-deprecated-declarations -Werror -DV8_ENABLE_WEBASSEMBLY=1 "-Wa,-I$here" -isystem "$node/include/node")
stale=() linked=()
for source in "$here"/*.cc; do
  object=$objects/$(basename "$source" .cc).o
  linked+=("$object")
  if [[ ! -e $object || $source -nt $object || -n $(find "$here" -name '*.h' -newer "$object" -print -quit) || ${BASH_SOURCE[0]} -nt $object ]]; then
    stale+=("$source")
  fi
done
if ((${#stale[@]})); then
  printf '%s\n' "${stale[@]}" | xargs -P "$(nproc)" -I{} sh -c '"$@" -c "$0" -o "'"$objects"'/$(basename "$0" .cc).o"' {} g++ "${flags[@]}"
fi
# Also after a build that failed, and after a file was deleted.
if [[ ! -e $output || "$here" -nt $output || -n $(find "${linked[@]}" -newer "$output" -print -quit) ]]; then
  g++ -shared -o "$output.new" "${linked[@]}" -ldl -pthread
  mv "$output.new" "$output"
fi
