# Every command of the project. `make run` and `make test` work in an empty clone on Debian 12.
SHELL := /bin/bash
.DEFAULT_GOAL := help
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data
PROGRAM := $(or $(CARGO_TARGET_DIR),target)/release/jiwen

.PHONY: help run test setup build fmt eval load soak bench kg conversations

help: ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: setup ## install what is missing, build, start, print the address
	@echo "== building (first time: 5 to 10 minutes on two cores)"
	cargo build --release --locked
	@echo "== starting; stop with Ctrl-C"
	cargo run --release --locked --quiet -- serve --listen $(LISTEN) --data $(DATA)

test: setup ## everything that must hold: format, lints, knowledge, all tests, README commands
	@scripts/test.sh

setup: ## install system packages that are missing
	@scripts/setup.sh

build: setup ## release binary in target/release/jiwen
	cargo build --release --locked

kg: ## check and count the knowledge graph
	cargo run --quiet --locked -- --knowledge . kg check
	cargo run --quiet --locked -- --knowledge . kg stats

fmt: ## format the code
	cargo fmt --all

eval: build ## run the development sets and write eval/reports/
	@scripts/eval.sh

bench: ## time a turn (criterion)
	cargo bench --locked --bench turn

load: build ## 50 clients against the HTTP API
	@scripts/load.sh

soak: build ## 2,000 visits with 20 SIGKILLs
	JIWEN_SOAK_PROGRAM=$(PROGRAM) JIWEN_SOAK_VISITS=2000 JIWEN_SOAK_KILLS=20 cargo test --locked --test integration soak -- --nocapture

conversations: build ## write docs/CONVERSATIONS.md and the records in README.md
	@scripts/conversations.sh
