# Everything runs inside .venv. A stamp remembers what was installed, so repeating a target costs nothing.
#   make demo    install, run eight methods on the tiny backbone, open the leaderboard
#   make test    install what the tests need and run them
#   make lint    style and types
#   make bench   speed and memory
#   make bench-gpu  the published network with random weights on this GPU, into runs/published
#   make validate  spoil clips, see what every metric makes of it, keep the tables in metrics/data (20 minutes)
#   make cards   write docs/cards from what the metrics declare and what was measured about them, and
#                docs/methods from the methods' rules and what is known of them
#   make validate-statistics  simulated studies: do intervals cover the truth, do tests keep their level
#   make clean   remove .venv and caches; runs/ stays

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt
INPUTS := pyproject.toml constraints.txt Makefile

.PHONY: demo test lint bench bench-gpu validate cards clean validate-statistics
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	$(BIN)/steadybench demo --out runs/demo --open

test: $(VENV)/.installed-test
	sh .ci/chromium
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

bench-gpu: $(VENV)/.installed-wan
	$(BIN)/python -m benchmarks.published

cards: $(VENV)/.installed
	$(BIN)/steadybench metrics --cards docs/cards
	$(BIN)/steadybench methods --cards docs/methods

validate: $(VENV)/.installed
	$(BIN)/steadybench validate --out runs/validation
	cd runs/validation && cp validation.csv validation.json selectivity.csv alarms.csv natural.csv ../../metrics/data/

validate-statistics: $(VENV)/.installed
	$(BIN)/python -m benchmarks.steady_statistics
	$(BIN)/python -m benchmarks.level_intervals
	$(BIN)/python -m benchmarks.study_statistics

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: $(INPUTS) | $(BIN)/python
	$(PIP) --editable '.[engine]'
	touch $@

$(VENV)/.installed-wan: $(INPUTS) | $(BIN)/python
	$(PIP) --editable '.[wan]'
	touch $(VENV)/.installed $@

$(VENV)/.installed-test: $(INPUTS) | $(BIN)/python
	$(PIP) --editable '.[test,raft,engine,panels,wan,figures,study]'
	touch $(VENV)/.installed $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'steadybench needs Python 3.11 or newer: make PYTHON=python3.11 (or newer)' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'Python lacks its venv module. On Debian: sudo apt-get install -y python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
