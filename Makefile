# Every command of the project. `make run` and `make test` work in an empty clone on Debian 12.
SHELL := /bin/bash
.DEFAULT_GOAL := help
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data
PROGRAM := $(or $(CARGO_TARGET_DIR),target)/release/jiwen

# Debian 12 has Node 18; `setup` puts a newer one here when it is needed.
export PATH := $(CURDIR)/.node/node_modules/node/bin:$(PATH)

.PHONY: help run test test-screens setup build web weights fmt eval understanding load soak bench kg conversations screenshots visits

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup web ## install what is missing, build, fetch the voice, start, print the address
	@echo "== building (first time: 10 to 15 minutes on two cores)"
	cargo build --release --locked
	@$(MAKE) --no-print-directory weights
	@echo "== starting; stop with Ctrl-C"
	cargo run --release --locked --quiet -- serve --listen $(LISTEN) --data $(DATA)

test: ## everything that must hold: format, lints, knowledge, all tests, every screen in a browser, README commands
	@scripts/setup.sh test
	@scripts/test.sh

test-screens: build ## of these, the browser and the mini-program alone, against a release build
	@scripts/setup.sh test
	@scripts/test-screens.sh

setup: ## install system packages that are missing
	@scripts/setup.sh

web: ## build the screens into clients/web/dist, which the program embeds
	@scripts/web.sh

weights: ## fetch the recogniser's weights (150 MB, once); without them everything but the patient's voice works
	@cargo run --release --locked --quiet -- models fetch || echo "== no weights: patients type or tap; try 'make weights' later"

screenshots: ## pictures of every screen into docs/screens
	cd clients/web && npm run --silent screenshots

visits: build weights ## synthetic patients speak to the service (eval/reports/speech_visits.json)
	python3 eval/speech/visits.py --jiwen $(PROGRAM)

build: setup web ## release binary in target/release/jiwen
	cargo build --release --locked

kg: ## check and count the knowledge graph
	cargo run --quiet --locked -- --knowledge . kg check
	cargo run --quiet --locked -- --knowledge . kg stats

fmt: ## format the code
	cargo fmt --all

eval: build ## run the development sets and write eval/reports/
	@scripts/eval.sh

understanding: build ## leave out one skill at a time, speech errors by kind and region (needs pypinyin, jieba, matplotlib)
	python3 eval/witnesses.py --jiwen $(PROGRAM)
	python3 eval/robustness.py --jiwen $(PROGRAM) --every 2
	python3 eval/robustness.py --jiwen $(PROGRAM) --lists
	python3 eval/understanding.py

bench: ## time a turn (criterion)
	cargo bench --locked --bench turn

load: build ## 50 clients against the HTTP API
	@scripts/load.sh

soak: build ## 2,000 visits with 20 SIGKILLs
	JIWEN_SOAK_PROGRAM=$(PROGRAM) JIWEN_SOAK_VISITS=2000 JIWEN_SOAK_KILLS=20 cargo test --locked --test integration soak -- --nocapture

conversations: build ## write docs/CONVERSATIONS.md and the records in README.md
	@scripts/conversations.sh
