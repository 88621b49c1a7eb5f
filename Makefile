# Every target first installs what it needs; later runs start at once.
SETUP = python3 deploy/setup.py
IN = $(SETUP) exec
.DEFAULT_GOAL := help
.PHONY: run test test-one check house soak bench-sync bench-rest bench-app bench-live bench-compare backup restore reset-link admin audit-verify screens help

run: ## start the server on http://localhost:8000 (PORT, DATA_DIR, HOST)
	@$(SETUP) run

test: ## install what the tests need, then run all of them
	@$(SETUP) test-env
	@$(IN) python tests/run.py

test-one: ## run some of the tests: make test-one T=tests/core (SEED=n replays one history)
	@$(SETUP) test-env
	@$(IN) pytest $(T)

check: ## check formatting, lint, types, import rules, sizes
	@$(SETUP) test-env
	@$(IN) ruff format --check -q .
	@$(IN) ruff check -q .
	@$(IN) mypy
	@$(IN) lint-imports
	@cd pwa && python3 ../deploy/setup.py exec prettier --check --log-level warn .
	@$(IN) python tests/house.py > /dev/null
	@cd pwa && python3 ../deploy/setup.py exec tsc --noEmit -p .
	@cd pwa && python3 ../deploy/setup.py exec node --test test/imports.test.mjs > /dev/null || (echo "the app's imports break their rules: node --test pwa/test/imports.test.mjs"; exit 1)

house: ## print sizes of functions and files, and other figures of the code
	@$(SETUP) test-env
	@$(IN) python tests/house.py

soak: ## run the long tests: many more histories, kills and planted bugs (about an hour)
	@$(SETUP) test-env
	@$(IN) python tests/run.py --soak

bench-sync: ## benchmark sync
	@$(SETUP) test-env
	@$(IN) python -m bench.sync

bench-rest: ## benchmark REST with 100,000 tasks
	@$(SETUP) test-env
	@$(IN) python -m bench.rest

bench-app: ## benchmark size and speed of the app in a browser
	@$(SETUP) test-env
	@$(IN) python -m bench.app

bench-live: ## benchmark live updates with 5,000 open streams
	@$(SETUP) test-env
	@$(IN) python -m bench.live

bench-compare: ## compare the app with another version: make bench-compare BASE=<checkout>
	@$(SETUP) test-env
	@$(IN) python -m bench.compare $(BASE)

screens: ## take screenshots of the app, desktop and phone, light and dark, into screens/
	@$(SETUP) test-env
	@$(IN) python -m tests.browser.screens

backup: ## back up the database to DATA_DIR/backups; the server can keep running
	@$(SETUP) env
	@$(IN) python -m server backup

restore: ## replace the database by a backup; stop the server first: make restore FILE=…
	@$(SETUP) env
	@$(IN) python -m server restore "$(FILE)"

reset-link: ## print a link to set a new password: make reset-link EMAIL=…
	@$(SETUP) env
	@$(IN) python -m server reset-link $(EMAIL)

admin: ## make an account an administrator, or create one with a password link: make admin EMAIL=…
	@$(SETUP) env
	@$(IN) python -m server admin $(EMAIL)

audit-verify: ## verify the audit log
	@$(SETUP) env
	@$(IN) python -m server audit-verify

help: ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
