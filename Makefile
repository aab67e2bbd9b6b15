# Two commands matter: `make demo` and `make test`. Both set up .venv first, and skip that when nothing changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
PROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml)

.PHONY: help setup demo serve check format test bench schema clean

help:  ## Lists the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP)  ## Everything into .venv

$(STAMP): requirements.txt $(PROJECTS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . $(foreach p,$(wildcard plugins/*),-e $(p))
	touch $(STAMP)

demo: setup  ## Loads and judges the bundled program year, then serves it
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

faults: setup  ## Every point at which a delivery can be killed, on both databases
	TAP_EVERY_FAULT=1 $(BIN)/python -m pytest -n 2 tests/faults

bench: setup  ## Benchmarks beside their peers, printed with ratios
	$(BIN)/python -m tests.benchmarks.program_scale
	$(BIN)/python -m pytest -m benchmark -p no:randomly -s tests/benchmarks

schema: setup  ## Writes docs/schema.graphql anew
	$(BIN)/tap-graph schema > docs/schema.graphql

clean:  ## Removes what setup and tests made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache tap-graph-demo.db
