# `make` alone lists the commands. A first run needs the network; everything after it does not.
SHELL := /bin/sh
PY := .venv/bin/python
FLASK := $(PY) -m flask --app wsgi
PYTEST := $(PY) -m pytest
LOCK := $(PY) -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header
# Compiled modules are kept, whatever the environment says: else each process of the tests compiles a thousand of them anew.
export PYTHONDONTWRITEBYTECODE :=
# Two processes suit the two cores of the smallest supported machine; `make test JOBS=8` uses more.
JOBS ?= 2

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup tools programs run test fast lint format bench migrate translate docs lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Settings come from the environment (README.md): PORT=8001 DATA_DIR=/srv/second make run"

setup: ## install everything that running needs: .venv, fonts, front-end, system libraries
	@exec sh tools/python.sh tools/setup.py run

tools: ## setup, and the linters and test packages
	@exec sh tools/python.sh tools/setup.py lint

programs: ## tools, and what tests use of the system: browser, PostgreSQL, JDK
	@exec sh tools/python.sh tools/setup.py test

run: setup ## start the platform with its demo; Ctrl-C stops all of it
	@exec $(PY) tools/run.py

test: programs lint ## everything that CI runs
	@exec env CI=true $(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder

fast: lint ## checks without browser, PostgreSQL, veraPDF and slow tests: under two minutes
	@exec $(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not browser and not postgres and not verapdf and not slow"

lint: tools ## style, types, layers, templates, translations, migrations
	@exec $(PY) tools/lint.py

format: tools ## put code into the project's format, and fix what can be fixed
	@$(PY) -m ruff check --fix --exit-zero --quiet .
	@$(PY) -m ruff format --quiet .

bench: tools ## measure, and write docs/performance.md
	@exec $(PY) -m tools.bench

migrate: setup ## write a migration from the models: make migrate m="add seats"
	@exec $(PY) tools/migrations.py write "$(m)"

translate: setup ## bring the translation catalogues up to date with the code
	@exec $(PY) tools/translations.py update

docs: setup ## write the generated pages under docs/
	@exec $(PY) tools/docs.py

lock: tools ## compile the requirement locks anew (add to them: LOCKFLAGS="--upgrade")
	$(LOCK) $(LOCKFLAGS) requirements.in -o requirements.txt
	$(LOCK) $(LOCKFLAGS) requirements-dev.in -o requirements-dev.txt
	$(LOCK) $(LOCKFLAGS) requirements-build.in -o requirements-build.txt
	$(LOCK) $(LOCKFLAGS) requirements-node.in -o requirements-node.txt

clean: ## remove what was installed and built (never the data in DATA_DIR)
	rm -rf .venv node_modules static/built .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find consortium tests tools migrations -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	rm -f consortium/translations/*/LC_MESSAGES/*.mo
