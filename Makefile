# Two commands matter: `make demo` and `make test`. Both set up .venv first, and skip that when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
NPM_PROJECTS := tests/web/audits docs/front-end
NPM_STAMP := $(VENV)/.npm-set-up
PROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml)

.PHONY: help setup demo check format test fuzz-reads faults bench bench-reads schema clean

help:  ## Lists the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) $(NPM_STAMP)  ## Everything into .venv, and what tests need of npm where it is installed

$(STAMP): requirements.txt $(PROJECTS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . $(foreach p,$(wildcard plugins/*),-e $(p))
	touch $(STAMP)

$(NPM_STAMP): $(foreach p,$(NPM_PROJECTS),$(p)/package-lock.json) | $(STAMP)
	@if command -v npm >/dev/null; \
	then for project in $(NPM_PROJECTS); do npm ci --prefix $$project --ignore-scripts --no-audit --no-fund --loglevel=error || exit 1; done; \
	else echo "npm is not installed: the tests that need it are skipped, and say so."; fi
	touch $@

demo: $(STAMP)  ## Loads and judges the bundled program year, then serves it
	$(BIN)/tap-graph demo

check: setup  ## Static checks: lint, format, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## Formats the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: setup  ## The whole test suite, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadfile

fuzz-reads: setup  ## Ten thousand random operations, answered alike in every way there is
	$(BIN)/python -m tests.reads.fuzz --count 10000

faults: setup  ## Every point at which a delivery can be killed, cut or spoiled, on both databases
	TAP_EVERY_FAULT=1 $(BIN)/python -m pytest -n 2 --dist worksteal tests/faults

bench: setup  ## Benchmarks beside their peers, printed with ratios
	$(BIN)/python -m tests.benchmarks.program_scale
	$(BIN)/python -m pytest -m benchmark -p no:randomly -s tests/benchmarks

bench-reads: setup  ## Reads beside their peers: the same schema without a compiler, bare bytes, the bare statement
	$(BIN)/python -m tests.benchmarks.reads.run

schema: setup  ## Writes docs/schema.graphql anew
	$(BIN)/tap-graph schema > docs/schema.graphql

clean:  ## Removes what setup and tests made
	rm -rf $(VENV) $(addsuffix /node_modules,$(NPM_PROJECTS)) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache tap-graph-demo.db
