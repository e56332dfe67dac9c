#!/usr/bin/env bash
# The way out where rustup cannot add the WebAssembly target: Debian's compiler for the web, with a standard library
# built from Debian's sources: .make/wasm-toolchain.sh TOOLS_FOLDER. The name of the toolchain is left in
# TOOLS_FOLDER/wasm-toolchain, in the form in which cargo takes it.
set -euo pipefail

tools=$1
name=debian-wasm
target=wasm32-unknown-unknown
as=()
[ "$(id -u)" = 0 ] || as=(sudo)

"${as[@]}" apt-get -q update >/dev/null
"${as[@]}" apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install rustc-web cargo-web rust-web-src >/dev/null

# Any crate will do: what counts are the libraries that it is linked with. Without the bitcode in them, link-time
# optimisation ends with "Can't find section .llvmbc".
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/src"
printf '[package]\nname = "nothing"\nedition = "2021"\n' >"$scratch/Cargo.toml"
: >"$scratch/src/lib.rs"
(cd "$scratch" && RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=$scratch/target \
  /usr/bin/cargo build --quiet --release --target "$target" -Zbuild-std=std,panic_abort,proc_macro,test)

sysroot=$(/usr/bin/rustc --print sysroot)/lib/rustlib
host=$(rustc --version --verbose | sed -n 's/^host: //p')
"${as[@]}" mkdir -p "$sysroot/$target/lib" "$sysroot/$host/bin"
find "$scratch/target/$target/release/deps" -name 'lib*.rlib' ! -name 'libnothing-*' \
  -exec "${as[@]}" cp -t "$sysroot/$target/lib" {} +
"${as[@]}" ln -sf "$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld" "$sysroot/$host/bin/rust-lld"

rustup toolchain link "$name" /usr
mkdir -p "$tools"
printf '+%s\n' "$name" >"$tools/wasm-toolchain"
