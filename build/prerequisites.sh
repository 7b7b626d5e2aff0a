# Sourced by setup.sh: finds what the build needs, installs what is missing through apt when it may, and otherwise says
# exactly what to install.

prerequisites() {
  local packages=() manual=() libraries
  # Captured first: under pipefail, a `grep -q` that ends early makes the pipe fail.
  libraries=$(/sbin/ldconfig -p)

  command -v g++ >/dev/null || packages+=(g++)
  command -v npm >/dev/null || packages+=(npm)
  [[ $libraries == *libsqlite3.so.0* ]] || packages+=(libsqlite3-0)
  [[ $libraries == *libssl.so.3* ]] || packages+=(libssl3)

  if ! find_dotnet; then
    if apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
      packages+=(dotnet-sdk-10.0)
    else
      manual+=("the .NET SDK 10.0, of which this system's repositories have no package:
    curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
  (it installs to ~/.dotnet, where this script finds it)")
    fi
  fi

  if ((${#packages[@]})); then
    install_packages "${packages[@]}" || manual+=("these packages: sudo apt-get install ${packages[*]}")
    find_dotnet || true
  fi
  if ((${#manual[@]})); then
    say "Skep cannot be built yet. Please install"
    printf -- '- %s\n' "${manual[@]}" >&2
    return 1
  fi
}

# What only tests need: they skip what they cannot do without it, and say so.
test_prerequisites() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || install_packages postgresql ||
    say "Without PostgreSQL the tests of Hyperdrive are skipped: sudo apt-get install postgresql"
}

# Puts an SDK of .NET 10 on the PATH; false when there is none.
find_dotnet() {
  local candidate
  for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-/nonexistent}/dotnet" "$HOME/.dotnet/dotnet"; do
    [[ -x $candidate ]] || continue
    [[ $'\n'$("$candidate" --list-sdks 2>/dev/null) == *$'\n10.'* ]] || continue
    PATH="$(dirname "$(readlink -f "$candidate")"):$PATH"
    DOTNET_ROOT="$(dirname "$(readlink -f "$candidate")")"
    export PATH DOTNET_ROOT
    return 0
  done
  return 1
}

install_packages() {
  command -v apt-get >/dev/null || return 1
  local become=()
  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || return 1
    become=(sudo -n)
  fi
  say "Installing $*"
  "${become[@]}" apt-get update -qq &&
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}
