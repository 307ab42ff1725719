# make demo: set-up, one cell on each of three tasks, and the report.  make test: set-up and the tests.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test explore setup lint types smoke bench clean

demo: setup
	$(BIN)/pytest experiments/ -k "track_C and seed_1" --aiopt-tasks record_scan,key_index,doc_tally
	$(BIN)/pytest --aiopt-report

test: setup
	$(BIN)/pytest tests/unit tests/plugin -n 2
	$(BIN)/pytest tests/e2e tests/redteam

# New random examples, ten times as many: what fails becomes an @example of its test.
explore: setup
	AIOPT_HYPOTHESIS=explore $(BIN)/pytest tests/unit -n 2

setup:
	@PYTHON=$(PYTHON) sh ./setup.sh

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy
	$(BIN)/mypy benchmarks/*.py

smoke: setup
	$(BIN)/pytest experiments/ --aiopt-smoke

bench: setup
	$(BIN)/python benchmarks/engine_overhead.py --quick

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache
