# Two commands for everyone, `make demo` and `make test`; the rest is for maintainers.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo-archive

.PHONY: demo test check docs format clean

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

test: $(VENV)/dev  ## every test
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadgroup

check: $(VENV)/dev  ## style, types, who imports whom, docs in step, no page read worse
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/python benchmarks/extraction.py --floor

docs: $(VENV)/dev  ## docs/cli.md and docs/schema.md anew
	$(BIN)/python docs/generate.py

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis
