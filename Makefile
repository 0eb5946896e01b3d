# Everything is done by tools/dev.py; `make help` lists what there is.
PYTHON ?= python3
PORT ?= 8069
EXAMPLES ?= 500
KILLS ?= 20
ROUNDS ?= 50
ORDERS ?= 200
MODULE ?= account
export PORT ONLY DAY BENCH_SIZE LOAD_SECONDS PAIRS ODOO_SOURCE CHROMIUM
.PHONY: help setup run test test-days lint histories orders kills rounds languages bench bench-beside load paint doors replica regression terms readme reset
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: ## Fetch everything and prepare the databases, without starting anything
	@$(PYTHON) tools/dev.py setup

run: ## Serve the demo clinic on PORT (8069) until Ctrl-C
	@$(PYTHON) tools/dev.py run

test: ## Run all tests; ONLY=lint|engine|odoo|system|day, ARGS="-k word" for pytest
	@$(PYTHON) tools/dev.py test $(ARGS)

test-days: ## Run what goes through HTTP on fourteen other days, or on DAY (2031-07-01T10:00); hours
	@$(PYTHON) tools/dev.py test-days

lint: ## Run ruff and pylint-odoo
	@$(PYTHON) tools/dev.py lint

histories: ## Try EXAMPLES (500) random histories of a clinic; a second or two each
	@CLINIC_FAMILY_EXAMPLES=$(EXAMPLES) ONLY=odoo $(PYTHON) tools/dev.py test -k 'whatever_people_do or whatever_is_done' --odoo-log-level=error

orders: ## Try ORDERS (200) random orders of paying, webhooks, waiting, sharing, invoicing and cancelling; five minutes
	@CLINIC_FAMILY_EXAMPLES=$(ORDERS) ONLY=odoo $(PYTHON) tools/dev.py test -k test_deposit_chaos

kills: ## Kill the server KILLS (20) times while it charges a saved card, offers times, or sends mails; a quarter of an hour
	@CLINIC_FAMILY_KILLS=$(KILLS) ONLY=system $(PYTHON) tools/dev.py test -k 'test_card_crash or test_waitlist_crash or test_message_crash'

rounds: ## Have people do at once what only one can have, or both write, ROUNDS (50) times; ten minutes
	@CLINIC_FAMILY_ROUNDS=$(ROUNDS) ONLY=odoo $(PYTHON) tools/dev.py test -k _race

languages: ## Walk the main job in French and Spanish with and without JavaScript, and in Arabic; five minutes
	@CLINIC_FAMILY_WALKS=all ONLY=system $(PYTHON) tools/dev.py test -k test_languages_walk

bench: ## Measure with BENCH_SIZE (1000000) appointments; some minutes
	@$(PYTHON) tools/dev.py bench

bench-beside: ## Measure OCA's resource_booking beside the clinic, on the same PostgreSQL; some minutes
	@$(PYTHON) tools/dev.py bench-beside

load: ## Drive two workers for LOAD_SECONDS (20) over loopback: answers a second, and how long they take
	@$(PYTHON) tools/dev.py load

paint: ## Look at the booking site over slow 3G, beside a page of Odoo's own: how soon something is seen
	@$(PYTHON) tools/dev.py paint

doors: ## Ask for a login, a new password and a new account, PAIRS (100) times each for somebody known and unknown; three minutes
	@$(PYTHON) tools/dev.py doors

replica: ## Serve what only reads from a streaming replica: shown, lagging, stopped, and how fast; two minutes
	@$(PYTHON) tools/dev.py replica

regression: ## Run Odoo's own tests of MODULE (account) with the clinic installed; 15 minutes
	@$(PYTHON) tools/dev.py regression $(MODULE) $(ARGS)

terms: ## Write the terms to translate, and bring each language in clinic_family/i18n up to them
	@$(PYTHON) tools/dev.py terms

readme: ## Write the addon's README.rst from the fragments in clinic_family/readme
	@$(PYTHON) tools/dev.py readme

reset: ## Forget the demo clinic; what was downloaded stays
	@$(PYTHON) tools/dev.py reset
