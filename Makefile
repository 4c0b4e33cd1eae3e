# Needs git, make and Python 3.11 or newer. Everything is made inside this folder, in .venv and
# build, except for system packages on Debian and Ubuntu.

VENV := .venv
BIN := $(VENV)/bin
DEMO := resources/demo/demo.toml
RESULTS := demo_results.json

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_CACHE_DIR := 1
export PYINSTALLER_CONFIG_DIR := $(CURDIR)/build/pyinstaller

PIP_INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt

.PHONY: help run test lint format frozen bench clean qt test-tools
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: qt ## open the window with the demo sweep, or run the demo where there is no display
	@PATH="$(CURDIR)/$(BIN):$$PATH"; export PATH; \
	if [ "$$(uname)" = Darwin ] || [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    exec hopla-gui $(DEMO); \
	fi; \
	echo "There is no display: running the demo sweep without a window. Its second job fails on purpose."; \
	rm -f $(RESULTS); \
	XDG_CACHE_HOME="$(CURDIR)/build/cache" \
	    hopla-gui run $(DEMO) --runs-dir build/runs --export $(RESULTS); status=$$?; \
	if [ $$status -ne 1 ] || [ ! -s $(RESULTS) ]; then \
	    echo "error: the demo ended with status $$status, not with that of one failed job" >&2; exit 1; \
	fi; \
	echo "Results: $(CURDIR)/$(RESULTS)"

# The long tests are in few files: in the order of the files no worker is left alone with the last.
test: qt test-tools ## check format, lint, types and imports, and run all tests
	@status=0; \
	$(MAKE) --no-print-directory --keep-going lint || status=1; \
	$(BIN)/python -m pytest -q -n logical --maxprocesses 4 --dist loadfile \
	    --no-loadscope-reorder $(PYTEST_ARGS) || status=$$?; \
	exit $$status

lint: test-tools ## check format, lint, types and imports
	@status=0; \
	echo "ruff format --check"; $(BIN)/ruff format --quiet --check . || status=1; \
	echo "ruff check"; $(BIN)/ruff check --quiet . || status=1; \
	echo "mypy"; $(BIN)/mypy || status=1; \
	echo "lint-imports"; $(BIN)/lint-imports --no-logo || status=1; \
	exit $$status

format: test-tools ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .

frozen: test-tools ## build the app that needs no Python of its own, in dist/hopla-gui
	@$(BIN)/python -m PyInstaller --noconfirm --log-level WARN --workpath build/frozen hopla.spec
	@echo "Built: $(CURDIR)/dist/hopla-gui"

bench: test-tools ## measure, beside other tools
	@$(BIN)/python -m benchmarks

clean: ## remove all that was made here
	rm -rf $(VENV) build dist test-output $(RESULTS) .mypy_cache .ruff_cache .pytest_cache \
	    .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: what is installed is installed again when these files change.

$(VENV)/.made:
	@python=$$(sh scripts/find-python.sh) || exit 1; \
	sh scripts/system-packages.sh venv "$$python"; \
	echo "Making $(VENV) with $$python"; \
	"$$python" -m venv $(VENV)
	@touch $@

$(VENV)/.app: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing hopla_gui into $(VENV)"
	@$(PIP_INSTALL) --editable '.[plots]'
	@touch $@

$(VENV)/.test: $(VENV)/.app
	@echo "Installing the test tools into $(VENV)"
	@$(PIP_INSTALL) --editable '.[test]'
	@touch $@

qt: $(VENV)/.app
	@sh scripts/system-packages.sh qt $(BIN)/python

test-tools: $(VENV)/.test
	@sh scripts/system-packages.sh test $(BIN)/python
