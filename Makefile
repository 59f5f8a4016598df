# The commands of this project. Every target makes what it needs; nothing has to be installed by hand but Python,
# its venv module and make. All paths are relative, so the checkout may stand in a directory with spaces.

PYTHON ?= python3
DEMO = .demo-venv
DEMO_AWS = .demo-aws-venv
DEMO_SAAS = .demo-saas-venv
TEST = .test-venv
BENCH = .bench-venv
SITE = .site-venv
DEV = .venv
PIP = -m pip --quiet --quiet --disable-pip-version-check --retries 10 --timeout 60
# What the tests are run against and with: CI names its wheel, and coverage.
SOURCE = .
PYTEST = -m pytest
EXAMPLE = examples/photo-sharing
EXAMPLE_DATE = 2026-11-20

# $(call install,DIRECTORY,WHAT): a new virtual environment with a wheel of this checkout in it. An old build directory
# would put deleted files into the wheel.
define install
	@echo "Installing policycheck into $(1) ..."
	@rm -rf "$(1)" build
	@"$(PYTHON)" -m venv "$(1)"
	@"$(1)/bin/python" $(PIP) install '$(2)'
endef

# A caller's Python settings must not reach the virtual environments.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: help python demo demo-aws demo-saas test test-environment test-run lint types bench docs site clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "policycheck needs Python 3.11 or newer, and '$(PYTHON)' was not found. Install it, or run: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "policycheck needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1). Run: make PYTHON=python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }

demo: python ## Install into .demo-venv and check the example, examples/photo-sharing
	$(call install,$(DEMO),.)
	@echo "Checking $(EXAMPLE) as of $(EXAMPLE_DATE):"
	@echo
	@cd "$(EXAMPLE)" && { POLICYCHECK_TODAY=$(EXAMPLE_DATE) ../../"$(DEMO)"/bin/policycheck check; code=$$?; echo; \
	  if [ "$$code" -eq 1 ]; then \
	    echo "policycheck exited 1, as it must here: the example holds findings. The demo worked."; \
	  else \
	    echo "policycheck exited $$code, but the example holds findings and 1 was expected. The demo failed." >&2; exit 1; fi; }

demo-aws: python ## The same from live AWS, which a moto server on this machine plays: no account, no key
	$(call install,$(DEMO_AWS),.[test])
	@"$(DEMO_AWS)/bin/python" examples/photo-sharing-aws/demo.py

demo-saas: python ## The same from the APIs of four vendors, played on this machine: no account, no network, no key
	$(call install,$(DEMO_SAAS),.[test])
	@"$(DEMO_SAAS)/bin/python" examples/photo-sharing-saas/demo.py

test: test-environment ## Install into .test-venv and run the test suite
	@$(MAKE) --no-print-directory test-run

# The two halves of it: CI has something else to do while the first runs.
test-environment: python
	$(call install,$(TEST),$(SOURCE)[test])
	@"$(TEST)/bin/python" tests/servers/published.py

test-run:
	@"$(TEST)/bin/python" $(PYTEST) --numprocesses auto --dist loadfile --max-worker-restart 0

$(DEV)/bin/ruff: setup.cfg | python
	@"$(PYTHON)" -m venv "$(DEV)"
	@"$(DEV)/bin/python" $(PIP) install --editable '.[test,dev,docs]'
	@touch "$@"

lint: $(DEV)/bin/ruff ## Check style and format
	@"$(DEV)/bin/ruff" check .
	@"$(DEV)/bin/ruff" format --check .

types: $(DEV)/bin/ruff ## Check types with mypy --strict and pyright
	@"$(DEV)/bin/mypy"
	@"$(DEV)/bin/pyright"

bench: python ## Measure the figures that we promise (CPU seconds and memory)
	$(call install,$(BENCH),.[test])
	@"$(BENCH)/bin/python" -m benchmarks

docs: $(DEV)/bin/ruff ## Write the generated pages and tables: commands, rules, files, vendors ...
	@"$(DEV)/bin/python" -m docs._generate
	@"$(DEV)/bin/python" docs/_excerpt.py

site: python ## Install into .site-venv and build the documentation as a site, into site/
	$(call install,$(SITE),.[docs])
	@NO_MKDOCS_2_WARNING=1 "$(SITE)/bin/mkdocs" build --strict --quiet
	@echo "Built: site/index.html"

clean: ## Remove what the other targets made (not .venv)
	@rm -rf "$(DEMO)" "$(DEMO_AWS)" "$(DEMO_SAAS)" "$(TEST)" "$(BENCH)" "$(SITE)" site build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	@rm -rf "$(EXAMPLE)/.policycheck"
