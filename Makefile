# All targets share .venv; each first installs what it needs, with the versions of constraints.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --constraint constraints.txt
PYTEST := $(BIN)/python -m pytest
# loadfile: the tests of a file share its servers, in one process.
PARALLEL := --numprocesses auto --dist loadfile
# The extended tests that pytest runs; each is a folder in tests/extended.
PARTS := endurance replicas deployment bundle package official-sdk hostile-input secrets error-guidance no-network
CONTRACT := tools/vapi_sessions_tools/contract

.PHONY: help demo test quick lint ruff pyright format test-extended conformance interop contract snapshots \
	constraints audit bundle rehearsal release clean $(PARTS:%=test-%) test-reference

help:
	@echo "make demo             see the server at work on the built-in emulator"
	@echo "make test             run the tests with coverage; K=union runs those whose name has it, without coverage"
	@echo "make quick            run the unit tests alone"
	@echo "make lint             run the linters and the type checker"
	@echo "make format           format the code"
	@echo "make test-extended    run what is long, or needs Node, nginx or a network; CONTRIBUTING.md lists its parts"
	@echo "make conformance      run the official MCP conformance suite against the server"
	@echo "make interop          run other clients against the server, and write docs/interop.md"
	@echo "make contract         rebuild the contract after a change to its overlay"
	@echo "make snapshots        accept changed tool schemas, and the tables made from them"
	@echo "make constraints      resolve anew the versions that every target installs; make audit checks them"
	@echo "make bundle           pack the bundle for desktop hosts into dist/, and start it"
	@echo "make rehearsal        build and try everything that a release publishes"
	@echo "make release          the same into dist/, and say how to publish it"

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --upgrade pip
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	$(INSTALL) --build-constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.extended $(VENV)/.release $(VENV)/.audit: $(VENV)/.%: $(VENV)/.run
	$(INSTALL) --group $*
	@touch $@

demo: $(VENV)/.run
	$(BIN)/vapi-sessions-mcp demo

test: $(VENV)/.test
ifdef K
	$(PYTEST) $(PARALLEL) -k '$(K)'
else
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PARALLEL)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
endif

quick: $(VENV)/.test
	$(PYTEST) $(PARALLEL) tests/tools tests/server

lint: ruff pyright

ruff: $(VENV)/.lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check

pyright: $(VENV)/.test $(VENV)/.extended $(VENV)/.lint
	$(BIN)/pyright

format: $(VENV)/.lint
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

test-extended: conformance interop $(PARTS:%=test-%) $(if $(REFERENCE),test-reference)

$(PARTS:%=test-%) test-reference: test-%: $(VENV)/.test $(VENV)/.extended
	$(PYTEST) tests/extended/$(subst -,_,$*)

# The published documents are not in the repository.
test-reference: export REFERENCE := $(REFERENCE)

RUN := PYTHONPATH=tests $(BIN)/python -m

conformance: $(VENV)/.extended
	$(RUN) extended.conformance.run $(VENV)/conformance

# ONLY='mcp-1.30:stdio typescript-2:http' runs some of them, and leaves the document alone.
interop: $(VENV)/.extended
	$(RUN) extended.interop.run $(VENV)/interop $(ONLY)

contract: $(VENV)/.run
	$(BIN)/vapi-sessions-mcp contract build $(CONTRACT)/facts.json --overlay $(CONTRACT)/overlay.yaml -o $(CONTRACT)/contract.json

bundle: $(VENV)/.release
	$(BIN)/python -m release.bundle

rehearsal: $(VENV)/.release
	$(BIN)/python -m release --rehearse

release: $(VENV)/.release
	$(BIN)/python -m release

snapshots: $(VENV)/.test
	REFRESH_SNAPSHOTS=1 $(PYTEST) tests/tools/test_snapshots.py tests/extended/error_guidance/test_all_branches.py tests/test_documents.py tests/test_readme_demo.py tests/test_install_documents.py tests/test_manifest.py

# The newest versions in the ranges of pyproject.toml.
constraints: $(VENV)/.release
	$(BIN)/python -m uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --all-extras \
		--group test --group lint --group extended --group audit --group build \
		--no-annotate --no-header --no-emit-index-url --output-file $(VENV)/constraints.txt
	(echo '# The versions that every target installs, for all supported Pythons and platforms; `make constraints` writes it.'; \
		cat $(VENV)/constraints.txt) > constraints.txt

audit: $(VENV)/.audit
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip

clean:
	rm -rf $(VENV) .coverage .coverage.* .pytest_cache .ruff_cache .hypothesis dist
