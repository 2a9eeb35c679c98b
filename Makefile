# Self-describing: `make help`. Everything lives in .venv; nothing is fetched at run time.
PYTHON ?= python3
# Where torch comes from. The pinned release must be a CPU build; on machines whose package index
# serves CUDA builds, name PyTorch's CPU wheel index here: make run TORCH_ARGS="--index-url <url>"
TORCH_ARGS ?=
# Two processes share the tests, a file each time; WORKERS= runs them in one.
WORKERS ?= -n 2 --dist loadfile
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help run test test-long lint audit browser bench eval train vectors clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F':.*?## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/.installed ## Install if needed, index the shipped corpora, serve http://127.0.0.1:8000
	$(BIN)/fengqiao run --demo

test: $(VENV)/.installed-test browser ## Install what tests need and run them
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(WORKERS)

test-long: $(VENV)/.installed-test browser ## Also the tests that take minutes
	$(BIN)/python -m pytest -m "long or not long"

lint: $(VENV)/.installed-test ## ruff, type checker, layer check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/.installed-test ## Look the pinned dependencies up in the advisory databases (needs the network)
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict

bench: $(VENV)/.installed-test ## Measure ingest rate, latency, memory and cold start here
	$(BIN)/fengqiao bench

eval: $(VENV)/.installed-test ## Retrieval on a BEIR folder: make eval DATA=../shared/data/stard QRELS=train
	$(BIN)/fengqiao eval retrieval --data $(or $(DATA),../shared/data/stard) --qrels $(or $(QRELS),train)

train: $(VENV)/.installed-test ## Train model and ranker (hours; resumes): make train DATA=../shared/data/stard QRELS=train
	$(BIN)/fengqiao train --data $(or $(DATA),../shared/data/stard) --qrels $(or $(QRELS),train)

vectors: $(VENV)/.installed ## Recompute the shipped vectors after the corpora or the model changed
	$(BIN)/python -m cli.vectors

browser: ## Install Chromium and CJK fonts for the browser tests (apt, as root)
	@if command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing Chromium and CJK fonts ..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fontconfig fonts-noto-cjk >/dev/null; \
	else \
	  echo "Chromium or CJK fonts are missing: the browser tests will be skipped."; \
	  echo "Install them as root: apt-get install chromium fontconfig fonts-noto-cjk"; \
	fi

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing (a few minutes the first time) ..."
	$(PIP) install $(TORCH_ARGS) "torch==2.13.0"
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(PIP) install -c constraints.txt -e ".[dev]"
	@touch $@

clean: ## Remove the environment and all data (var/)
	rm -rf $(VENV) var *.egg-info
