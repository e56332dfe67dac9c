#!/usr/bin/env bash
# Sets up what the build and the tests need, each only if it is not there yet: .make/setup.sh THING...
# Everything goes to the cache folder; only a compiler, a browser and the WebAssembly target are the machine's own.
# Says something only when it has something to do.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/reseller-portal
tools=$cache/tools
nextest_version=0.9.143
deny_version=0.20.2
deb_version=3.8.0
export PATH=$tools/bin:$PATH

say() { printf '\033[1m==> setting up: %s\033[0m\n' "$*"; }
fail() {
  printf 'set-up: %s\n' "$*" >&2
  exit 1
}
have() { type -P "$1" >/dev/null; }

# apt PACKAGE...: from Debian, quietly, with what apt had to say only if it fails.
apt() {
  have apt-get || fail "please install by hand: $*"
  local as=() log
  if [ "$(id -u)" != 0 ]; then
    have sudo || fail "please install as root: apt-get install $*"
    as=(sudo)
  fi
  log=$(mktemp)
  if ! { "${as[@]}" apt-get -q update && "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@"; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "apt-get install $*"
  fi
  rm -f "$log"
}

# crate NAME VERSION [OPTION...]: a program from the registry into the cache. It works for seconds at a time, so the compiler does
# not spend minutes on optimising it. A lock file may name a version that has been withdrawn since: then without it.
crate() {
  say "$1 $2 (compiled once)"
  local flags=(--quiet --root "$tools" "$1@$2" "${@:3}") log=$tools/$1.log
  mkdir -p "$tools"
  export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_DEBUG=false
  export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 CARGO_PROFILE_RELEASE_STRIP=symbols
  # From the root folder: no setting of this workspace applies to it.
  (cd / && export CARGO_TARGET_DIR=$tools/build &&
    { cargo install --locked "${flags[@]}" || cargo install --force "${flags[@]}"; }) >"$log" 2>&1 ||
    { tail -n 30 "$log" >&2 && fail "cargo install $1@$2"; }
  rm -rf "$tools/build" "$log"
}

compilers() {
  have cargo && have rustup || fail "Rust is missing: install it with rustup (https://rustup.rs)"
  have node && have npm || fail "Node.js 20 or newer with npm is missing"
  node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))' || fail "Node.js 20 or newer is needed, this is $(node --version)"
  have cc || { say "a C compiler" && apt gcc libc6-dev; }
}

wasm-target() {
  local installed
  installed=$(rustc --print target-libdir --target wasm32-unknown-unknown)
  [ -d "$installed" ] || [ -e "$tools/wasm-toolchain" ] && return
  say "the WebAssembly target"
  rustup --quiet target add wasm32-unknown-unknown || .make/wasm-toolchain.sh "$tools"
}

# The program must be of exactly the version that the crate in the lock file has.
wasm-bindgen() {
  local version
  version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
  [ "$("$tools/bin/wasm-bindgen" --version 2>/dev/null)" = "wasm-bindgen $version" ] || crate wasm-bindgen-cli "$version"
}

nextest() { have cargo-nextest || crate cargo-nextest "$nextest_version"; }
# Without its own compressor for xz, which would need a C library: dpkg's is used.
cargo-deb() { have cargo-deb || crate cargo-deb "$deb_version" --no-default-features; }
deny() { have cargo-deny || crate cargo-deny "$deny_version"; }

# The browser without a window: the tests take two thirds of the time with it. Not every system has it, and who has another
# browser is asked for it once.
chromium() {
  [ -n "${CHROMIUM:-}" ] || have chromium-headless-shell || [ -e "$tools/whole-browser" ] && return
  say "Chromium"
  (apt chromium-headless-shell fonts-liberation) 2>/dev/null && return
  have chromium || have chromium-browser || have google-chrome || apt chromium fonts-liberation
  mkdir -p "$tools" && touch "$tools/whole-browser"
}

firefox() {
  have firefox-esr || have firefox || [ -n "${FIREFOX:-}" ] || { say "Firefox" && apt firefox-esr; }
}

# The server's own programs are in no path, the client's are.
postgresql() {
  { have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; } && have psql && have pg_dump || {
    say "PostgreSQL" && apt postgresql
  }
}

# node-modules FOLDER: what its lock file names, kept in the cache under the hash of that file, and linked to.
node-modules() {
  local place
  place=$cache/node/$(sha256sum "$1/package-lock.json" | cut -c 1-16)
  if [ ! -d "$place" ]; then
    say "packages of $1"
    mkdir -p "$cache/node"
    local scratch
    scratch=$(mktemp -d "$cache/node/new.XXXXXX")
    cp "$1/package.json" "$1/package-lock.json" "$1/.npmrc" "$scratch"
    (cd "$scratch" && npm ci --loglevel=error --no-progress >/dev/null) || fail "npm ci in $1"
    mv -T "$scratch" "$place" 2>/dev/null || rm -rf "$scratch" # somebody else was faster
  fi
  [ "$(readlink "$1/node_modules")" = "$place/node_modules" ] || ln -sfnT "$place/node_modules" "$1/node_modules"
}

for thing; do
  # "node-modules:FOLDER" is node-modules FOLDER.
  IFS=: read -r name argument <<<"$thing"
  case $name in
    compilers | wasm-target | wasm-bindgen | nextest | deny | cargo-deb | chromium | firefox | postgresql | node-modules) "$name" ${argument:+"$argument"} ;;
    *) fail "nothing is called $thing" ;;
  esac
done
