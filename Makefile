# Each target sets up what it needs in .venv; a second run installs nothing.
#
#   make paper [AREA="Kent"] [YEAR=2024] [STUDY=rereferrals]     papers, into reports/
#   make pack [AREA="Kent"] [YEAR=2024]                          the three, and all of them as one document
#   make test | test-browser | test-faults                       for whoever changes the code
#   make lint | format | bench
#   make docs                                                    those documents that are made from something else
#   make lab                                                     the notebooks in JupyterLab
#   make lock                                                    newest versions that pyproject.toml allows
#   make clean                                                   remove what the others made, but for the papers

AREA ?= Bury
STUDY ?= all
YEAR ?=

# An area's name goes to the command as it was typed: neither make nor the shell reads anything into it.
override AREA := $(value AREA)
override STUDY := $(value STUDY)
override YEAR := $(value YEAR)
export AREA STUDY YEAR

# Modules are compiled when they are first imported and kept, rather than all at once or every time.
unexport PYTHONDONTWRITEBYTECODE

# Windows otherwise writes to a pipe in a code page of its own.
export PYTHONUTF8 := 1

# The first of these that is new enough and can make a virtual environment; or `make PYTHON=...`.
NEW_ENOUGH = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done)

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
READY := .venv/ready

.PHONY: paper pack test test-browser test-faults lint format bench docs lab lock clean

paper: $(READY)
	@$(BIN)/analytics paper --area "$$AREA" --study "$$STUDY" $(if $(YEAR),--year "$$YEAR")

pack: $(READY)
	@$(BIN)/analytics pack --area "$$AREA" $(if $(YEAR),--year "$$YEAR")

# Workers share the processors: threads of the linear algebra under each of them would only get in the way.
test: export OPENBLAS_NUM_THREADS := 1
test: $(READY)
	@$(BIN)/python -m pytest --nbval-lax --numprocesses auto --dist loadfile --no-loadscope-reorder

# Drives the Chromium of the machine; CHROMIUM names another.
test-browser: $(READY)
	@$(BIN)/python -m pytest tests/browser -m browser

# Kills what is at work, at random moments, and fills disks: some minutes.
test-faults: $(READY)
	@$(BIN)/python -m pytest tests/faults -m faults

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/nbstripout --verify --keep-id notebooks/*.ipynb

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/nbstripout --keep-id notebooks/*.ipynb

bench: $(READY)
	@$(BIN)/python bench/run.py

docs: $(READY)
	@$(BIN)/python docs/make.py

lab: $(READY)
	@$(BIN)/analytics lab

lock: $(READY)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
		--no-header --no-annotate --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml requirements.lock
	@'$(PYTHON)' -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		echo 'Python 3.11 or later, with its venv module, was not found.' >&2; \
		echo 'Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11' >&2; exit 1; }
	@echo 'Setting up .venv: once, about a minute.'
	@'$(PYTHON)' -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint requirements.lock pip
	@$(BIN)/python -m pip install --quiet --no-deps --no-compile --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
