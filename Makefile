# Two commands do everything: `make demo` and `make test`. They need Python 3.11+ with its venv module, git and make.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
DIST := dist
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint train dist clean lock
demo: $(VENV)/.installed
	@$(BIN)/caveat train --if-missing
	@for f in examples/*.txt examples/*.md; do [ -e "$$f" ] && $(BIN)/caveat score "$$f"; done; true

test: $(VENV)/.installed-dev
	@$(BIN)/caveat train --if-missing
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest $(PYTEST_ARGS)

train: $(VENV)/.installed
	$(BIN)/caveat train

$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "make: Python 3.11 or newer is needed; on Debian: apt-get install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

dist: $(VENV)/.installed-dev
	@env -u CAVEAT_HOME -u CAVEAT_MODEL $(BIN)/caveat train --if-missing  # what ships is the current model of models/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir $(DIST) .

lock:  # one version of everything for every Python, so that what passes on one passes on the others
	uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --no-header --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra dev --extra parquet pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) dist build
