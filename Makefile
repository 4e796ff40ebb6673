# Two commands do everything on a machine with a Rust toolchain: `make demo` and `make test`.
# What is missing is installed by deploy/setup.sh, which says what it does.

CARGO ?= cargo
BIN := target/release
# How long each part of a soak runs; `make soak` is three of them, two hours by default.
SOAK ?= 40m

.PHONY: demo test lint bench hostile soak fuzz mutants build setup

setup:
	@deploy/setup.sh

build:
	$(CARGO) build --locked --release --quiet --bins

# The story of one flood, on a terminal. ONCE=1 ends by itself. DRILL=1 tells a drill instead, in about a minute.
demo: setup build
	@$(BIN)/baiying-demo $(if $(DRILL),--drill) $(if $(ONCE),--once)

# Everything that is checked: style, tests, ten thousand simulated worlds, the fault suite, some seconds of each fuzz target.
test: setup lint build
	$(CARGO) nextest run --locked --release --workspace --no-fail-fast
	fuzz/run 3

lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --quiet
	$(CARGO) deny --log-level error check bans licenses sources

# The tables of numbers, beside the raw disk, plain TCP, PostgreSQL and mosquitto in the same run: target/bench.md, bench.json beside it,
# and the plot of the documents. Takes five to ten minutes. Measures the disk under the directory for temporary files (TMPDIR names another).
bench: setup build
	@deploy/bench-setup.sh
	@$(BIN)/baiying-bench --markdown target/bench.md --plot deploy/docs/growth.svg
	@cat target/bench.md

# The table of what the daemon stands from those who mean it no good. Takes some minutes and 12,500 open files.
hostile: setup build
	@$(BIN)/baiying-hostile

# Hours of what `make test` does for minutes: worlds from seeds, kills, the whole fault suite, fuzzing. SOAK=10m for a short one.
soak: setup build
	deploy/soak.sh $(SOAK)

# Each fuzz target for SECONDS.
fuzz: setup
	fuzz/run $(or $(SECONDS),300)

# Breaks the product on purpose in every way of tests/mutations/mutations.toml, and says who noticed.
mutants: setup build
	CARGO=$(CARGO) $(BIN)/baiying-mutants --write
