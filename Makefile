# Each target does all of its own set-up, in .venv; nothing but Python 3.11 or newer is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --constraint constraints.txt

.PHONY: help demo test conformance interop lint format contract snapshots constraints bundle release rehearsal clean

help:
	@echo "make demo       see the server at work on the built-in sandbox"
	@echo "make test       run the tests, with coverage"
	@echo "make conformance  run the official MCP conformance suite against the server"
	@echo "make interop    run other people's clients against the server, and write docs/interop.md"
	@echo "make lint       run the linters and type checkers"
	@echo "make format     format the code"
	@echo "make contract   rebuild the contract after a change to its overlay"
	@echo "make snapshots  accept changed tool schemas, and the tables made from them"
	@echo "make constraints  resolve the versions that every target installs anew"
	@echo "make bundle     pack the bundle for desktop hosts into dist/, and start it"
	@echo "make rehearsal  build and try everything that a release publishes"
	@echo "make release    the same into dist/, and say how to publish it"

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(INSTALL) --group test
	@touch $@

$(VENV)/.lint: $(VENV)/.test
	$(INSTALL) --group lint
	@touch $@

demo: $(VENV)/.run
	$(BIN)/vapi-sessions-mcp demo

test: $(VENV)/.test
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

$(VENV)/.conformance: $(VENV)/.test
	$(INSTALL) --group conformance
	@touch $@

conformance: $(VENV)/.conformance
	PYTHONPATH=tests $(BIN)/python -m extended.conformance.run $(VENV)/conformance

$(VENV)/.interop: $(VENV)/.test
	$(INSTALL) --group interop
	@touch $@

# ONLY='mcp-1.30:stdio typescript-2:http' runs some of them, and leaves the document alone.
interop: $(VENV)/.interop
	PYTHONPATH=tests $(BIN)/python -m extended.interop.run $(VENV)/interop $(ONLY)

lint: $(VENV)/.lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright

format: $(VENV)/.lint
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

CONTRACT := tools/vapi_sessions_tools/contract

contract: $(VENV)/.run
	$(BIN)/vapi-sessions-mcp contract build $(CONTRACT)/facts.json --overlay $(CONTRACT)/overlay.yaml -o $(CONTRACT)/contract.json

$(VENV)/.release: $(VENV)/.run
	$(INSTALL) --group release
	@touch $@

bundle: $(VENV)/.release
	$(BIN)/python -m release.bundle

rehearsal: $(VENV)/.release
	$(BIN)/python -m release --rehearse

release: $(VENV)/.release
	$(BIN)/python -m release

snapshots: $(VENV)/.test
	REFRESH_SNAPSHOTS=1 $(BIN)/python -m pytest -q tests/tools/test_snapshots.py tests/tools/teaching/test_every_branch_is_taught.py tests/test_documents.py tests/test_readme_demo.py tests/test_install_documents.py tests/extended/bundle/test_manifest.py tests/extended/publishing/test_registry_entry.py

# Resolves anew: what is newest today, within pyproject.toml's ranges.
constraints: $(VENV)/.release
	$(BIN)/python -m uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --all-extras \
		--group test --group lint --group conformance --group interop --group release \
		--no-annotate --no-header --no-emit-index-url --output-file $(VENV)/constraints.txt
	(echo '# The versions that every target installs, for all supported Pythons and platforms; `make constraints` writes it.'; \
		cat $(VENV)/constraints.txt) > constraints.txt

clean:
	rm -rf $(VENV) .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
