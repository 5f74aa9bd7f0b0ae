# Two commands set everything up on a fresh machine with Python >= 3.11 and make:
#   make demo   install, imaginary county, whole pipeline, review service on 127.0.0.1:8000
#   make test   install with the test tools (Chromium and fonts through apt where it can), lint, types, tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= .targeting

.PHONY: demo test quick check bench-linkage install install-test system-packages clean

install: $(VENV)/.installed
install-test: $(VENV)/.installed-test

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "targeting needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --constraint requirements.lock --editable .
	touch $@

$(VENV)/.installed-test: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --constraint requirements.lock --editable '.[test]'
	touch $@ $(VENV)/.installed

system-packages:
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } \
	  || echo "Browser tests are skipped: install them with 'apt-get install chromium fonts-noto-cjk'."

demo: install
	$(BIN)/targeting demo --home $(HOME_DIR)

test: install-test system-packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto -rs

quick: install-test
	$(BIN)/python -m pytest -n auto -m "not slow"

check: install-test
	$(BIN)/ruff check .
	$(BIN)/mypy

$(VENV)/.installed-bench: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --constraint requirements.lock --editable '.[bench]'
	touch $@ $(VENV)/.installed

# CASES: the script that writes two registers with known truth; PERSONS: how many people, several numbers allowed.
CASES ?= ../shared/linkage_cases.py
PERSONS ?= 100000 1000000

bench-linkage: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/linkage.py --cases $(CASES) --persons $(PERSONS) --runs 3

clean:
	rm -rf $(VENV) $(HOME_DIR) build dist .mypy_cache .pytest_cache .ruff_cache
