# Two commands for everyone, `make demo` and `make test`; the rest is for maintainers.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo-archive
# In the order of tests/conftest.py, slow modules first; xdist would put those with the most tests first.
PARALLEL := --numprocesses auto --dist loadgroup --no-loadscope-reorder

.PHONY: demo test test-fast test-all check docs docs-site format clean

$(VENV)/core: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("newsarchive needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/dev: $(VENV)/core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(VENV)/core  ## a news site on this machine, crawled, edited and crawled again
	$(BIN)/newsarchive demo $(DEMO)

test: $(VENV)/dev  ## every test; of long sweeps a sample
	$(BIN)/python -m pytest -q $(PARALLEL)

test-fast: $(VENV)/dev  ## the tests that are not marked slow
	$(BIN)/python -m pytest -q $(PARALLEL) -m 'not slow'

test-all: $(VENV)/dev  ## every test with every step of long sweeps, and every program from its start: before a release
	NEWSARCHIVE_TEST_ALL=1 $(BIN)/python -m pytest -q $(PARALLEL)

check: $(VENV)/dev  ## style, types, import contracts, generated docs up to date, no page extracted worse
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/python benchmarks/extraction.py --floor

docs: $(VENV)/dev  ## docs/cli.md, docs/schema.md and docs/fields.md
	$(BIN)/python docs/generate.py

docs-site: $(VENV)/dev  ## the documentation as web pages, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(DEMO) site .pytest_cache .mypy_cache .ruff_cache .hypothesis
