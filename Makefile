# The README's two commands are `make survey` and `make test`; `make check` is everything that CI checks.
# Each works on a fresh machine with Python (with venv), git and make; later runs reuse .venv until pyproject.toml changes.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python that is new enough; `make PYTHON=/path/to/python` overrides.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
SURVEY_ARGS ?=
PYTEST_ARGS ?= -n auto
ACCURACY_ARGS ?=
REPORT := reports/latest
PUBLISHED := reports/published
BIN := .venv/bin
comma := ,
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help survey test check lint types layers dependencies accuracy publish schemas clean

help:
	@echo 'make survey   survey every project of repos.yaml into $(REPORT) (SURVEY_ARGS="--only langfuse" passes arguments)'
	@echo 'make test     run the tests (PYTEST_ARGS="-x tests/catalog" passes arguments)'
	@echo 'make check    everything that CI checks'
	@echo 'make accuracy survey pinned releases, compare with tests/gold, fail where a figure fell (ACCURACY_ARGS="--misses")'
	@echo 'make publish  survey once more into $(PUBLISHED), the report that is committed'
	@echo 'make schemas  write schemas/ anew from the models'
	@echo 'make clean    remove the environment and all caches'

survey: .venv/.installed
	$(BIN)/survey run --out $(REPORT) $(SURVEY_ARGS); code=$$?; \
	if [ $$code -ne 2 ] && [ -f $(REPORT)/report.html ]; then echo "The report: $(CURDIR)/$(REPORT)/report.html"; fi; exit $$code

test: .venv/.installed-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# Tests come last, so that pytest's summary does too; `make --keep-going check` gets there whatever fails before.
check: lint types layers dependencies test

lint: .venv/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/.installed-dev
	$(BIN)/mypy

layers: .venv/.installed-dev
	$(BIN)/lint-imports --no-cache

dependencies: .venv/.installed-dev
	$(BIN)/deptry .

accuracy: .venv/.installed-dev
	$(BIN)/python -m tools.accuracy $(ACCURACY_ARGS)

publish: .venv/.installed
	$(BIN)/survey run --no-code --speech --out $(PUBLISHED) $(SURVEY_ARGS)
	$(BIN)/survey export feishu $(PUBLISHED) --dry-run >$(PUBLISHED)/feishu.txt

schemas: .venv/.installed-dev
	$(BIN)/python tools/schemas.py

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist build
	find survey tests tools -name __pycache__ -type d -exec rm -rf {} +

.venv/.installed: pyproject.toml .venv/.python
	$(PIP) install --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml .venv/.python
	$(PIP) install --editable '.[dev]'
	@touch $@ .venv/.installed

# An environment whose Python still runs and is new enough is kept; anything else is made anew.
NEED_PYTHON = Survey needs Python 3.11 or newer: install it (Debian, Ubuntu: apt install python3 python3-venv) or name one: make PYTHON=/path/to/python3.11
NEED_VENV = Survey needs the venv module of $(PYTHON): install it (Debian, Ubuntu: apt install python3-venv) or name another Python: make PYTHON=/path/to/python3.11
runs = $(shell $(1) -c '$(2); print("yes")' 2>/dev/null)

.venv/.python:
	@$(if $(and $(PYTHON),$(call runs,$(PYTHON),import sys; assert sys.version_info >= (3$(comma) 11))),,$(error $(NEED_PYTHON)))
	@$(if $(call runs,$(PYTHON),import venv$(comma) ensurepip),,$(error $(NEED_VENV)))
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@touch $@
