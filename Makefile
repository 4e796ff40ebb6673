# Two commands do everything on a machine with a Rust toolchain: `make demo` and `make test`.
# What is missing is installed by deploy/setup.sh, which says what it does.

CARGO ?= cargo
BIN := target/release

.PHONY: demo test lint bench soak build setup smoke-bench

setup:
	@deploy/setup.sh

build:
	$(CARGO) build --locked --release --quiet --bins

# The story of one flood, on a terminal. ONCE=1 ends by itself.
demo: setup build
	@$(BIN)/baiying-demo $(if $(ONCE),--once)

test: setup lint build
	$(CARGO) nextest run --locked --release --workspace --no-fail-fast

lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --quiet
	$(CARGO) deny --log-level error check bans licenses sources

# The table of numbers, with Liaoning's 304,000 people and 10,000 live streams. Takes some minutes.
bench: setup build
	@$(BIN)/baiying-bench

# Hours of killing the daemon under load: SOAK=1000 kills.
soak: setup build
	BAIYING_KILLS=$(or $(SOAK),1000) $(CARGO) nextest run --locked --release -p baiying-e2e kill
