# Everything a person needs to start, test and change Flyt. `make` alone starts it.
PYTHON ?= python3
PORT ?=
BIN := .venv/bin
NAME ?=
ARGS ?=
FAST_TESTS := tests/core tests/nodes tests/documents tests/ai tests/bootstrap/test_imports.py
BROWSER_TESTS := $(sort $(wildcard tests/browser/test_*.py))
FIRST_BROWSER_TESTS := $(wildcard tests/browser/test_[a-f]*.py)
SERVICE_TESTS := tests/api tests/durability tests/engine
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

# Without compiled files every process would read 900 modules as text: a start takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := run
.PHONY: run dev test check bench node docs lock build clean
.PHONY: check-style check-types check-fast prepare prepare-dev prepare-bench prepare-tests
.PHONY: test-browsers-1 test-browsers-2 test-services test-others

run: prepare                ## start everything on this machine and print the address
	@exec $(BIN)/flyt run $(if $(PORT),--port $(PORT)) $(ARGS)

dev: prepare                ## the same, restarted when Python files change
	@exec $(BIN)/flyt run --reload $(if $(PORT),--port $(PORT)) $(ARGS)

# In four parts, two at a time: each has services of its own.
test: prepare-tests         ## every test
	@$(if $(ARGS),$(BIN)/pytest $(ARGS),$(MAKE) --no-print-directory --keep-going --jobs 2 \
		test-browsers-1 test-services test-browsers-2 test-others)

check: prepare-dev          ## style, types of Python and TypeScript, imports, fast tests: a minute
	@$(MAKE) --no-print-directory --output-sync --jobs 2 check-style check-types check-fast

bench: prepare-bench        ## the benchmarks of docs/benchmarks.md
	@$(BIN)/python -m benchmarks $(ARGS)

node: prepare-dev           ## make node NAME=ask.colour writes a node and its test
	@test -n "$(NAME)" || { echo "error: name the node, as in: make node NAME=ask.colour" >&2; exit 2; }
	@$(BIN)/python -m runtime.scaffold $(NAME)

docs: prepare-dev          ## write docs/nodes.md and the table of languages
	@$(BIN)/python -m runtime.reference

lock: prepare-dev           ## write both lock files; ARGS=--upgrade chooses versions anew
	@$(LOCK) $(ARGS) requirements.in -o requirements.lock
	@$(LOCK) $(ARGS) -c requirements.lock requirements-dev.in -o requirements-dev.lock

build:                      ## build widget and front even where nothing changed
	@$(PYTHON) bootstrap.py --no-front
	@$(BIN)/python widget/build.py --force
	@$(BIN)/python -m builder.build --force

clean:                      ## remove all that was built, but no data
	@rm -rf .venv .web .widget widget/node_modules .states .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

test-browsers-1:
	@$(BIN)/pytest $(FIRST_BROWSER_TESTS)

test-browsers-2:
	@$(BIN)/pytest $(filter-out $(FIRST_BROWSER_TESTS),$(BROWSER_TESTS))

test-services:
	@$(BIN)/pytest $(SERVICE_TESTS)

test-others:
	@$(BIN)/pytest $(addprefix --ignore=,tests/browser $(SERVICE_TESTS))

check-style:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

check-types:
	@$(BIN)/pyright
	@$(BIN)/pytest tests/front

check-fast:
	@$(BIN)/pytest -m "not slow" $(FAST_TESTS)

prepare:
	@$(PYTHON) bootstrap.py

prepare-dev:
	@$(PYTHON) bootstrap.py --dev --no-front

prepare-bench:
	@$(PYTHON) bootstrap.py --dev

prepare-tests:
	@$(PYTHON) bootstrap.py --dev --browser
