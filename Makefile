# jauap: two commands, `make run` and `make test`; the others are for people who change it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
LOCK := requirements.lock

.PHONY: run demo test test-all lint types exam bench gallery docs lock messages clean help
.DEFAULT_GOAL := help

help:
	@echo "make run      start jauap with a demo office on http://localhost:8000"
	@echo "make test     run the tests"
	@echo "make exam     the delivery exam (30 minutes; make exam SHORT=1 for a short one)"
	@echo "make bench    the benchmarks; make gallery: photographs of every screen"

run: $(VENV)/run
	@$(BIN)/jauap demo --data $(DATA)

test: $(VENV)/dev
	@$(BIN)/python -m tests.run

lint: $(VENV)/dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/bandit -q -ll -iii -r src

exam: $(VENV)/dev
	@$(BIN)/python -m tests.exam $(if $(SHORT),--short) $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

bench: $(VENV)/dev
	@$(BIN)/python -m benchmarks

gallery: $(VENV)/dev
	@$(BIN)/python -m tests.journeys.gallery

docs: $(VENV)/dev
	$(BIN)/mkdocs build --strict

messages: $(VENV)/dev
	$(BIN)/python -m jauap.office.catalogues extract

# Names, versions and hashes only; one lock for Python 3.11 to 3.13.
lock: $(VENV)/uv
	$(BIN)/uv pip compile -q pyproject.toml --group dev --extra postgres --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o $(LOCK)

clean:
	rm -rf $(VENV) build site

# What a fresh Debian may lack is named in one line to paste.
$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Paste:  sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "jauap needs Python 3.11 or newer; here is $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing. Paste:  sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/uv: $(VENV)/bin/python
	@awk '/^uv==/{on=1} /^[a-z]/&&!/^uv==/{on=0} on' $(LOCK) > $(VENV)/uv.lock
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock
	@touch $@

$(VENV)/run: $(VENV)/uv $(LOCK) pyproject.toml
	@echo "Setting up (about a minute the first time) ..."
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --build-constraints $(LOCK) --constraints $(LOCK) -e '.[postgres]'
	@touch $@

$(VENV)/dev: $(VENV)/run
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --require-hashes -r $(LOCK)
	@touch $@
