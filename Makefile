# Two commands to know: `make run` and `make test`. Rust, Node and make are all they need.
# All paths are relative to this file; what is made lies in target/ and web/dist/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts web/tsconfig.json -type f ! -name '*.test.*' 2>/dev/null)
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

##@ Using Cairn

.PHONY: run
run: ui | need-rust ## Build everything and serve it; prints the address. ARGS="--listen 127.0.0.1:8080" and the like
	cargo run --release -p cairn -- serve $(ARGS)

##@ Working on Cairn

.PHONY: test
test: ## Run all tests: Rust, docs, web, browser; ends with what ran and how long it took
	@.ci/parts test-tools ui test-rust test-docs test-web test-browser

.PHONY: check
check: ## Format, lints, unit tests and the web's checks; under two minutes when warm
	@.ci/parts check-format check-lints check-units check-web

.PHONY: bench
bench: | need-rust ## Measure speed against baselines of the same run. WHAT="log" measures that alone
	cargo run --release -p cairn-benches -- $(WHAT)

.PHONY: eval
eval: | need-rust ## Measure the planner on planner/evals. CASES=file.jsonl OUT=answers.jsonl PLANNER=offline for others
	cargo run --release -p cairn -- eval planner --cases "$(or $(CASES),planner/evals)" --out "$(or $(OUT),target/answers.jsonl)" \
		--planner "$(or $(PLANNER),offline)" --bar 95 --category-bar 85 --verbose

.PHONY: train
train: | need-rust ## Learn the planner's reader from planner/training. ARGS=check tells how well it would read others
	cargo run --release -p cairn-planner --example train -- $(ARGS)
	$(if $(filter check show,$(ARGS)),,cargo run --release -p cairn-planner --example choose)

.PHONY: ui
ui: web/dist/index.html ## Build the web page that the binary takes in

.PHONY: format
format: web/node_modules/.installed | need-rust ## Format all sources
	cargo fmt --all
	cd web && npm run --silent format

.PHONY: properties
properties: | need-rust ## Look for counterexamples for longer: TIMES=50 means fifty times as many cases
	CAIRN_PROPERTY_TIMES=$(or $(TIMES),20) cargo test -p cairn-domain --test properties
	CAIRN_ROLLBACK_CASES=2000 cargo test -p cairn-execution random_rollbacks

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "The parts of test and check are targets of their own: test-rust, test-docs, test-web, test-browser,"
	@echo "check-format, check-lints, check-units, check-web. Browser tests need Chromium; it is installed with apt-get"
	@echo "where that is allowed, and CHROMIUM=path names another. So is PostgreSQL, which some Rust tests start for themselves;"
	@echo "CAIRN_TEST_POSTGRES=postgres://… names another server. Without it those tests say that they tested nothing."

# The parts of `make test`, in the order in which they run.

.PHONY: test-tools test-rust test-docs test-web test-browser
test-tools: | need-rust need-node
	@.ci/chromium install
	@.ci/postgres install

# cargo-nextest runs tests side by side; without it cargo's own runner does.
test-rust: | need-rust
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo nextest run --workspace; \
	else \
		cargo test --workspace --lib --bins --tests; \
	fi

test-docs: | need-rust
	@cargo test --workspace --doc

test-web: web/node_modules/.installed
	@cd web && npm run check && npm test

# The real binary with the page inside, in a real browser.
test-browser: ui tests/browser/node_modules/.installed | need-rust
	@cargo build -p cairn --bin cairn --example providers --example poison
	@chromium="$$(.ci/chromium find)" && cd tests/browser && CHROMIUM="$$chromium" npm test

# The parts of `make check`.

.PHONY: check-format check-lints check-units check-web
check-format: | need-rust
	@cargo fmt --all --check

check-lints: | need-rust
	@cargo clippy --workspace --all-targets -- -D warnings

check-units: | need-rust
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo nextest run --workspace --lib && cargo nextest run -p cairn-domain --test '*'; \
	else \
		cargo test --workspace --lib && cargo test -p cairn-domain --test '*'; \
	fi

check-web: web/node_modules/.installed
	@cd web && npm run check

# What the above stand on.

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run build
	@touch $@

%/node_modules/.installed: %/package.json %/package-lock.json | need-node
	cd $* && $(NPM_CI)
	@touch $@

.PHONY: need-rust need-node
need-rust:
	@command -v cargo >/dev/null || { echo "Cairn needs Rust: install it with rustup, then try again." >&2; exit 1; }

need-node:
	@command -v npm >/dev/null || { echo "Cairn needs Node 20.19 or newer with npm: install it, then try again." >&2; exit 1; }
	@node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' \
		|| { echo "Cairn needs Node 20.19 or newer, and this is $$(node --version)." >&2; exit 1; }
