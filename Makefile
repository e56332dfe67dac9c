# `make run` and `make test` are the two commands; each sets up what it needs on a machine with Rust, Node.js and make.
# Everything that is downloaded or built goes to a cache outside of the checkout, so that a fresh clone starts warm.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/reseller-portal
CARGO_TARGET_DIR ?= $(CACHE)/target
export CARGO_TARGET_DIR
export PATH := $(CACHE)/tools/bin:$(PATH)

# The portal with the simulator inside, and what `make torture` needs. Every command of the development build names the
# same features and profile, so that nothing is compiled twice.
PORTAL := --package reseller-portal --features ssr,simulator,torture
BROWSER := --target wasm32-unknown-unknown
# Empty, or the toolchain of Debian where rustup could not add the WebAssembly target (.make/setup.sh). It has no clippy.
WASM_TOOLCHAIN = $(shell cat '$(CACHE)/tools/wasm-toolchain' 2>/dev/null)

UNIT := INSTA_UPDATE=no INSTA_FORCE_PASS=0 cargo nextest run $(PORTAL)
# Half of the time a test waits: for a server, a lease, a database.
AT_ONCE := --test-threads $(shell expr 2 '*' $$(nproc))

# What `portal --version` says; empty outside of a checkout.
COMMIT = $(shell git rev-parse --short=12 HEAD 2>/dev/null)

export PORTAL_SITE_DIR ?= $(CARGO_TARGET_DIR)/site

say = @printf '\033[1m==> %s\033[0m\n' "$(1)"

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: front portal ## start the portal with the simulator inside (ARGS="…" are passed on)
	@exec '$(CARGO_TARGET_DIR)/debug/portal' demo $(ARGS)

.PHONY: test
test: lint unit races e2e ## every check there is

.PHONY: setup
setup: setup-build setup-test ## what run and test need, without running anything

.PHONY: setup-build
setup-build:
	@.make/setup.sh compilers wasm-target wasm-bindgen node-modules:.make

.PHONY: setup-test
setup-test:
	@.make/setup.sh nextest deny chromium postgresql node-modules:end2end

.PHONY: dev
dev: setup-build ## like run, and again after every change of a source file
	@node .make/dev.mjs

.PHONY: fmt
fmt: ## format the sources
	@cargo fmt --all

.PHONY: lint
lint: setup ## format, clippy of both sides, documentation, licences and duplicates, banned words, types of the browser tests
	$(call say,format and banned words)
	@cargo fmt --all --check
	@.make/bans.sh
	$(call say,dependencies)
	@cargo deny --log-level error --config .deny.toml check --hide-inclusion-graph bans licenses sources
	$(call say,clippy: portal and simulator)
	@cargo clippy --quiet $(PORTAL) --all-targets -- -D warnings
	@cargo clippy --quiet --package reseller-portal --features ssr,simulator -- -D warnings
	@cargo clippy --quiet --package reseller-portal --features ssr -- -D warnings
	@cargo clippy --quiet --package reseller-portal --features simulator -- -D warnings
	$(call say,clippy: browser)
	@cargo $(WASM_TOOLCHAIN) $(if $(WASM_TOOLCHAIN),check,clippy) --quiet --package reseller-portal --package portal-hydrate-form --package portal-hydrate-pages --lib $(BROWSER) $(if $(WASM_TOOLCHAIN),,-- -D warnings)
	$(call say,documentation)
	@RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps --document-private-items --lib $(PORTAL)
	$(call say,types of the browser tests)
	@end2end/node_modules/.bin/tsc --project end2end

.PHONY: unit
unit: setup-test ## unit and integration tests, those of what is stored on both databases
	$(call say,unit and integration tests)
	@$(UNIT) $(AT_ONCE) $(if $(CI),--profile ci)
	$(call say,what is stored: on PostgreSQL)
	@$(UNIT) $(AT_ONCE) --profile postgres $(if $(CI),--no-fail-fast)

# One after the other: the timing wants the machine for itself. In the profile of `make torture`, for the same reason.
ACCESS = $(UNIT) --cargo-profile torture --profile access$(if $(filter postgres,$(DATABASE)),-postgres) --no-capture --run-ignored all
# Its full size, unless the environment asks for another one.
access: export PORTAL_FOREIGN_IDS ?= 100000
access: export PORTAL_TIMED_PAIRS ?= 5000
access: export PORTAL_CANARY_SECONDS ?= 600
access: export PORTAL_CROWD ?= 1000000

.PHONY: access
access: setup-test front portal ## who sees what, at full size: foreign ids, timing, two resellers, forged requests (DATABASE=postgres)
	@.make/setup.sh firefox
	$(call say,foreign ids: $(PORTAL_FOREIGN_IDS))
	@$(ACCESS) -E 'test(/^access::foreign::a_f/)'
	$(call say,timing: $(PORTAL_TIMED_PAIRS) pairs)
	@$(ACCESS) -E 'test(/^access::foreign::the_time/)'
	$(call say,two resellers for $(PORTAL_CANARY_SECONDS) s)
	@$(ACCESS) -E 'test(/^access::canaries::two_resellers/)'
	$(call say,pages of other origins in Chromium and Firefox)
	@$(ACCESS) -E 'test(/^access::browsers::/)'
	$(call say,support among $(PORTAL_CROWD) customers)
	@cd end2end && PORTAL_BIN='$(CARGO_TARGET_DIR)/debug/portal' node_modules/.bin/playwright test support.spec.ts --project=hydrated

# What no page sends, and who is answered what; of `make test` it is the part that security reviewers ask for.
SECURITY := test(/^(access|bad_input|hostile|limits|safety)::/) + test(/^entra::bad_tokens::/) + test(/^server::(body|framing|limits|origin)::/)

.PHONY: security
security: setup-test ## bad input, access, limits, hostile texts: as `make test` has them
	$(call say,bad input and access)
	@$(UNIT) $(AT_ONCE) -E '$(SECURITY)'

security-full: export PORTAL_BAD_INPUT ?= 1

.PHONY: security-full
security-full: access ## the same at full size, some hours: after `make access` the inputs that no page sends
	$(call say,bad input)
	@$(ACCESS) -E '($(SECURITY)) - test(/^access::/)'
	@$(MAKE) --no-print-directory slow

.PHONY: slow
slow: build ## a thousand slow clients of four kinds beside somebody who works, ten minutes (needs slowhttptest)
	$(call say,slow clients)
	@node end2end/bench/slow.mjs dist

.PHONY: countries
countries: setup-test ## the form and the simulator agree in every country, at full size: 1,000,000 invented forms
	$(call say,countries)
	@PORTAL_COUNTRY_INPUTS=1000000 $(UNIT) --cargo-profile torture --profile access --no-capture -E 'test(/^partner_center::tests::countries::/)'

.PHONY: races
races: setup-test portal ## the torture rig at a fiftieth of its size, on SQLite
	$(call say,races and faults)
	@'$(CARGO_TARGET_DIR)/debug/torture' --size 1/50 --quick

# A profile of its own: what takes an hour so is a night's work for the development build.
.PHONY: torture
torture: setup-test setup-build ## races, faults and killed processes at full size on both databases; planted bugs (ARGS="…")
	@cargo build --quiet --profile torture $(PORTAL) --bins
	$(call say,planted bugs)
	@'$(CARGO_TARGET_DIR)/torture/torture' --planted --size 1/100
	$(call say,SQLite)
	@'$(CARGO_TARGET_DIR)/torture/torture' $(ARGS)
	$(call say,PostgreSQL)
	@'$(CARGO_TARGET_DIR)/torture/torture' --database postgres $(ARGS)

.PHONY: e2e
e2e: setup-test front portal ## the portal in Chromium: hydrated, as plain HTML, on a phone (ARGS="…" go to Playwright)
	$(call say,browser tests)
	@cd end2end && PORTAL_BIN='$(CARGO_TARGET_DIR)/debug/portal' node_modules/.bin/playwright test $(ARGS)

LANGUAGES ?= en sv nl tr zh-Hant

.PHONY: languages
languages: $(LANGUAGES:%=language-%) ## axe on every page and state, light and dark in full, in every language (LANGUAGES="sv tr")

.PHONY: $(LANGUAGES:%=language-%)
$(LANGUAGES:%=language-%): language-%: setup-test front portal
	$(call say,every page and state: $*)
	@cd end2end && PORTAL_LANGUAGE='$*' PORTAL_BIN='$(CARGO_TARGET_DIR)/debug/portal' node_modules/.bin/playwright test a11y --project=hydrated $(ARGS)

.PHONY: bench
bench: build setup-test ## speed and size of the release build, as a table (ARGS="pages life" for parts of it, ARGS=--keep for src/bench/kept.json)
	@.make/setup.sh node-modules:end2end/bench
	$(call say,measuring)
	@cargo bench --quiet --package reseller-portal --features ssr --bench portal -- $(ARGS)

.PHONY: build
build: front ## the release tree: dist/portal, dist/simulator, dist/site
	$(call say,release build)
	@PORTAL_COMMIT='$(COMMIT)' cargo build --release --package reseller-portal --features ssr --bin portal
	@.make/release-check.sh '$(CARGO_TARGET_DIR)/release/portal'
	@cargo build --release --package reseller-portal --features simulator --bin simulator
	@rm -rf dist
	@install -Dt dist '$(CARGO_TARGET_DIR)/release/portal' '$(CARGO_TARGET_DIR)/release/simulator'
	@cp -R '$(PORTAL_SITE_DIR)' dist/site
	@ls -sh dist

.PHONY: sbom
sbom: ## dist/sbom.cdx.json and dist/THIRD-PARTY-NOTICES.txt: what the release is made of
	@mkdir -p dist
	@node .make/supply.mjs --sbom dist/sbom.cdx.json --notices dist/THIRD-PARTY-NOTICES.txt

.PHONY: deb
deb: build sbom ## the Debian package, dist/*.deb
	@.make/setup.sh cargo-deb
	$(call say,Debian package)
	@cargo deb --quiet --no-build --no-strip --output dist

.PHONY: portal
portal: setup-build
	@cargo build --quiet $(PORTAL) --bins

# Two commands, because one would join the features, and with them the islands. Neither bindgen nor the optimiser nor the
# compressors run while the WebAssembly is the same.
.PHONY: front
front: setup-build
	@cargo $(WASM_TOOLCHAIN) build --quiet --package portal-hydrate-form --profile wasm-release $(BROWSER)
	@cargo $(WASM_TOOLCHAIN) build --quiet --package portal-hydrate-pages --profile wasm-release $(BROWSER)
	@node .make/front.mjs --wasm '$(CARGO_TARGET_DIR)/wasm32-unknown-unknown/wasm-release/portal_hydrate_form.wasm' \
		--wasm '$(CARGO_TARGET_DIR)/wasm32-unknown-unknown/wasm-release/portal_hydrate_pages.wasm' \
		--bindgen '$(CACHE)/tools/bin/wasm-bindgen' --site '$(PORTAL_SITE_DIR)'

.PHONY: clean
clean: ## remove what was built from this checkout; the caches stay
	@rm -rf dist end2end/test-results end2end/playwright-report '$(PORTAL_SITE_DIR)'
	@cargo clean --quiet --package reseller-portal --package portal-hydrate-form --package portal-hydrate-pages
