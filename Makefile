# Needs make, git and Python 3.11 or later. `make help` lists the targets.
#
# `make run` installs the packages that the product runs on; whatever checks or tests the code installs the
# other half too, which takes as long again and which someone who only wants to see the product never needs.
# The two stamps in .venv are made anew when a lock file or pyproject.toml is newer than they are.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run demo setup test test-faults bench kafka up down lint format types architecture check schemas regulations lifecycle stories lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/runtime.stamp ## all services embedded on port 8000; prints the URL and a development key
	@exec huiyin run $(ARGS)

demo: $(VENV)/runtime.stamp ## a running system filled with a believable month of complaints, its clock sped up
	@exec python deploy/demo.py $(ARGS)

setup: $(VENV)/dev.stamp ## only the set-up, with the tools for development, into .venv

# The tests start the product hundreds of times: its bytecode is kept, whatever the caller's shell says.
test test-faults: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/dev.stamp ## the whole test suite; what can't run here is skipped with its reason
	pytest -n 2 --dist loadscope $(ARGS)

test-faults: $(VENV)/dev.stamp ## the long fault tests: processes killed, disks full, brokers gone
	pytest -m faults $(ARGS)

bench: $(VENV)/dev.stamp ## the measurements
	python -m tests.bench.post_tickets
	python -m tests.bench.dispatched
	python -m tests.bench.sla
	python -m tests.bench.worktime
	python -m tests.bench.judging
	python -m tests.bench.proofs
	python -m tests.bench.history_page
	python -m tests.bench.pages
	python -m tests.bench.figures

kafka: ## only a local Apache Kafka (KRaft) on port 9092, for development
	@exec $(PYTHON) -m deploy.kafka $(ARGS)

up: ## distributed: Kafka, PostgreSQL and one container per service
	@deploy/up

down: ## stop what `make up` started; its data stays
	@deploy/compose down

lint: $(VENV)/dev.stamp ## ruff: rules and formatting
	ruff check
	ruff format --check

format: $(VENV)/dev.stamp ## let ruff mend what it can
	ruff check --fix
	ruff format

types: $(VENV)/dev.stamp ## mypy, strict
	mypy

architecture: $(VENV)/dev.stamp ## import-linter: who may import whom
	lint-imports

check: lint types architecture test ## what CI runs

schemas: $(VENV)/dev.stamp ## write the events' JSON Schemas and the topics' AsyncAPI document anew
	python -m shared.contracts.schemas $(ARGS)

regulations: $(VENV)/dev.stamp ## write docs/regulations.md: every clause, and where it stands
	python -m tests.architecture.regulations

lifecycle: $(VENV)/dev.stamp ## write docs/lifecycle.md: states and commands, drawn from the deciders
	python -m tests.architecture.lifecycle.page

stories: $(VENV)/dev.stamp ## write docs/stories anew: each regulation as a story that a running system told
	python -m tests.e2e.stories.pages $(ARGS)

lock: ## work out the locked versions anew (needs uv)
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --group build pyproject.toml -o requirements.txt $(ARGS)
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --group dev -c requirements.txt \
		pyproject.toml -o requirements-dev.txt $(ARGS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Huiyin needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

# --no-build-isolation: the build back end is in the lock, so nothing unlocked is fetched to install the project.
$(VENV)/runtime.stamp: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
