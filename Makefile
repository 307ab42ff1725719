# make check: the everyday loop.  make demo: one cell and the report of a finished study.  make test: the tests.
# make test-idle: those that need an idle machine.
# make docs: the documents as a site, build/site/index.html.  All of them set up the environment first.
PYTHON ?= python3
BIN := .venv/bin
DEMO := --aiopt-results results/demo --no-header

.PHONY: check demo test test-idle explore docs setup lint types smoke bench clean

demo: setup
	@echo 'demo 1/3: one live cell: pytest experiments/ -k "track_C and seed_1"'
	@$(BIN)/pytest experiments/ -k "track_C and seed_1" --aiopt-study experiments/demo.toml $(DEMO)
	@echo 'demo 2/3: import a finished study'
	@$(BIN)/aiopt records import results/example.tar.xz --results results/demo
	@echo 'demo 3/3: its answer, and a page with every cell and mutation'
	@$(BIN)/aiopt report --results results/demo --run example --format terminal,html

# Lint, types and the unit tests of what compiles nothing and starts no process.
SLOW := rewriter tasks codebook campaign
check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/unit -q -n 2 $(SLOW:%=--ignore=tests/unit/%)

# These measure or are hostile programs, and have the machine to themselves; all others run side by side.
MEASURING := $(addprefix tests/e2e/test_,causal_profilers.py evaluation.py ground_truth.py lock.py meter.py profilers.py)
# A file stays on one worker, which shares its costly fixtures; folders with long files come first.
BESIDE := -n 2 --dist loadfile --no-loadscope-reorder
test: setup
	$(BIN)/pytest tests/plugin tests/unit $(BESIDE)
	$(BIN)/pytest tests/e2e $(BESIDE) $(MEASURING:%=--ignore=%)

test-idle: setup
	$(BIN)/pytest $(MEASURING) tests/redteam

# New random examples, ten times as many: what fails becomes an @example of its test.
explore: setup
	AIOPT_HYPOTHESIS=explore $(BIN)/pytest tests/unit -n 2

docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

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
