# Every target makes what it needs first; the second time it is there at once.
SETUP = python3 deploy/setup.py
IN = $(SETUP) exec
.DEFAULT_GOAL := help
.PHONY: run test test-one check house soak bench-sync bench-rest bench-app bench-compare backup reset-link admin audit-verify screens help

run: ## start the server on http://localhost:8000 (PORT, DATA_DIR, HOST)
	@$(SETUP) run

test: ## install what the tests need and run all of them
	@$(SETUP) test-env
	@$(IN) python tests/run.py

test-one: ## some of the tests: make test-one T=tests/core (SEED=n replays one history)
	@$(SETUP) test-env
	@$(IN) pytest $(T)

check: ## layout, lint, types, import rules, sizes
	@$(SETUP) test-env
	@$(IN) ruff format --check -q .
	@$(IN) ruff check -q .
	@$(IN) mypy
	@$(IN) lint-imports
	@cd pwa && python3 ../deploy/setup.py exec prettier --check --log-level warn .
	@$(IN) python tests/house.py > /dev/null
	@cd pwa && python3 ../deploy/setup.py exec tsc --noEmit -p .
	@cd pwa && python3 ../deploy/setup.py exec node --test test/imports.test.mjs > /dev/null || (echo "the app's imports break their rules: node --test pwa/test/imports.test.mjs"; exit 1)

house: ## how large functions and files are, and other figures of the code
	@$(SETUP) test-env
	@$(IN) python tests/house.py

soak: ## the long runs: many more histories, kills and planted bugs (about an hour)
	@$(SETUP) test-env
	@$(IN) python tests/run.py --soak

bench-sync: ## what a sync costs, as figures
	@$(SETUP) test-env
	@$(IN) python -m bench.sync

bench-rest: ## what REST costs with 100,000 tasks, as figures
	@$(SETUP) test-env
	@$(IN) python -m bench.rest

bench-app: ## what the app weighs and how fast it is in a browser, as figures
	@$(SETUP) test-env
	@$(IN) python -m bench.app

bench-compare: ## this version of the app beside another: make bench-compare BASE=<checkout>
	@$(SETUP) test-env
	@$(IN) python -m bench.compare $(BASE)

screens: ## pictures of the app, desktop and phone, light and dark, into screens/
	@$(SETUP) test-env
	@$(IN) python -m tests.browser.screens

backup: ## a consistent copy of the database into DATA_DIR/backups, also while the server runs
	@$(SETUP) env
	@$(IN) python -m server backup

reset-link: ## a link that sets a new password: make reset-link EMAIL=…
	@$(SETUP) env
	@$(IN) python -m server reset-link $(EMAIL)

admin: ## makes an account an administrator, a new one with its password link: make admin EMAIL=…
	@$(SETUP) env
	@$(IN) python -m server admin $(EMAIL)

audit-verify: ## check that nobody changed the audit log
	@$(SETUP) env
	@$(IN) python -m server audit-verify

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
