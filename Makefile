# Every target here can be the first one you call: each sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: help setup run test format lock check-lock bench-step bench-turn bench-webhooks bench-streams bench-calls bench-intents bench-hearing bench-memory storm-calls rivals two-versions fuzz faults redis-states pictures clean
SHELL := /bin/sh
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --quiet $(if $(UPGRADE),--upgrade)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make the virtual environment with everything, the workbench too
	@./set-up requirements-dev.lock

run: ## Start the whole hotline on this machine (Ctrl-C ends it)
	@./set-up requirements.lock
	@exec $(BIN)/hotline run

test: ## Check format, lint and types, and run all tests (WORKERS=2)
	@./set-up requirements-dev.lock
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(or $(WORKERS),2) --dist loadgroup

format: ## Format the code and mend what the linter can mend
	@./set-up requirements-dev.lock
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Write the locks anew from the requirements (UPGRADE=1 takes the newest versions)
	@./set-up requirements-dev.lock
	$(COMPILE) requirements.txt --output-file requirements.lock
	$(COMPILE) requirements-dev.txt --constraint requirements.lock --output-file requirements-dev.lock

check-lock: ## Check that the lock installs on Linux and macOS, x86 and ARM, Python 3.11 and 3.13
	@./set-up requirements-dev.lock
	@.ci/check-lock

bench-step: ## Measure one step of the engine on the shipped book
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.step

bench-turn: ## Measure one turn with its stores against a bare floor (starts a Redis of its own)
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.turn

bench-streams: ## Measure how many callers are heard at once (PEER=/path/to/asr_server.py beside it; LANGUAGE=en)
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.streams $(if $(PEER),--peer $(PEER)) $(if $(LANGUAGE),--language $(LANGUAGE))

bench-webhooks: ## Measure whole webhooks against a bare floor, in interleaved slices (POSTGRESQL=1 for that journal)
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.webhooks $(if $(POSTGRESQL),--postgresql)

bench-calls: ## Measure N=1000 calls in progress: answers, CPU, Redis trips, bytes a call (POSTGRESQL=1)
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.calls $(or $(N),1000) $(if $(POSTGRESQL),--postgresql)

bench-intents: ## Measure how well callers' own words are understood (TRAIN=file.csv TEST=file.csv)
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.intents $(if $(TRAIN),--train $(TRAIN)) $(if $(TEST),--test $(TEST))

bench-hearing: ## Measure how well people are heard: digits, numbers, phrases, nonsense (SOUNDS=folder, STRINGS=30, PARTS="digits numbers phrases")
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.hearing $(if $(SOUNDS),--sounds $(SOUNDS)) $(if $(STRINGS),--strings $(STRINGS)) $(if $(PARTS),--parts $(PARTS))

bench-memory: ## Measure the memory of a Vosk decoder over UTTERANCES=10000
	@./set-up requirements-dev.lock
	$(BIN)/python -m bench.memory $(or $(UTTERANCES),10000)

storm-calls: ## Kill, fill and flush everything under CALLS=10000 calls and count the promises lost (KILLS=, SEED=)
	@./set-up requirements-dev.lock
	$(BIN)/python -m storms.calls

rivals: ## Let keys, silence, messages, hang-ups and repeats ask for each turn at once (ROUNDS=300 SEED=7)
	@./set-up requirements-dev.lock
	$(BIN)/python -m storms.rivals

two-versions: ## Serve OLD=<commit> beside this version, and move fifty calls between them at every turn (DATABASE=sqlite)
	@./set-up requirements-dev.lock
	@test -n "$(OLD)" || { echo "say which: make two-versions OLD=<commit>"; exit 2; }
	OLD=$(OLD) $(BIN)/python -m storms.versions

fuzz: ## Send a million odd requests, forged signatures, broken books (SEED=, REQUESTS=, BOOKS=, FORGERIES=)
	@./set-up requirements-dev.lock
	$(BIN)/python -m storms.fuzz

faults: ## Do each fault to the hotline and write docs/faults.md: what callers heard
	@./set-up requirements-dev.lock
	rm -rf build/faults
	$(BIN)/pytest tests/faults
	$(BIN)/python -m tests.faults.table

redis-states: ## Play every conversation file with Redis emptied before each turn, and with no Redis at all
	@./set-up requirements-dev.lock
	EVERY_CONVERSATION=1 $(BIN)/pytest -n 2 tests/test_redis_at_each_state.py

pictures: ## Make the pictures of the documents anew, from a real call (needs Chromium)
	@./set-up requirements-dev.lock
	$(BIN)/python -m pictures

clean: ## Take away what was installed and built (var/ with your calls stays)
	rm -rf .venv node_modules build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
