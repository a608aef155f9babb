# iljari: `make demo` and `make test` do everything on a machine that has Python, git and make.
PYTHON ?= python3
DATA ?= data
SERVE ?= 1
PORT ?= 8001
NEWSROOM_PORT ?= 8900
V := .venv/bin
READY := .venv/.ready

.PHONY: help demo test lint hooks crawl serve newsroom soak bench lock clean
help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 18

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "iljari needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv (about a minute the first time) ..."
	@$(PYTHON) -m venv .venv || { echo "python -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(V)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || { \
	  echo "The packages of requirements.lock could not be installed (message above). Check the network or your package index, then run make again." >&2; exit 1; }
	@touch $@

demo: $(READY) ## crawl the newsroom's outlets into DATA, then serve them (SERVE=0: stop after the crawl)
	@$(V)/python -m tests.newsroom.demo --data '$(DATA)'
	@$(if $(filter 0,$(SERVE)),:,$(MAKE) --no-print-directory serve)

test: $(READY) ## ruff, mypy and all tests
	@$(V)/ruff check . && $(V)/ruff format --check . && $(V)/mypy
	@$(V)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

lint: $(READY) ## tidy what can be tidied, then ruff and mypy
	@$(V)/ruff check --fix . ; $(V)/ruff format . && $(V)/mypy

hooks: $(READY) ## check each commit with ruff and mypy
	@$(V)/pre-commit install

crawl: $(READY) ## the nightly crawl on the real outlets (needs ILJARI_CONTACT)
	@ILJARI_DATA='$(DATA)' $(V)/scrapy nightly

serve: $(READY) ## serve DATA in Datasette, for reading only
	@test -f '$(DATA)/jobplans.db' || { echo "There is no $(DATA)/jobplans.db yet: make demo or make crawl first, or name its folder: DATA=..." >&2; exit 1; }
	@echo "Datasette: http://127.0.0.1:$(PORT)/ (Ctrl-C ends it)"
	@$(V)/python -m datasette serve '$(DATA)/jobplans.db' $$(cat datasette/serve.options) --port $(PORT)

newsroom: $(READY) ## serve the sample outlets for a browser
	@$(V)/python -m tests.newsroom --browse --port $(NEWSROOM_PORT)

soak: $(READY) ## the long trials (SEED=1 N=5)
	@$(V)/python -m tests.soak --seed $(or $(SEED),1) --rounds $(or $(N),5)

bench: $(READY) ## figures, one 'name: value' a line
	@$(V)/python -m tests.bench

lock: ## renew requirements.lock (needs uv)
	@uv lock -q --upgrade && uv export -q --no-header --format requirements.txt > requirements.lock

clean: ## remove the environment and caches; data stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
