# scripts/setup.sh prepares .venv; it is quick when there is nothing to do.
# Pass arguments on with ARGS, as in: make test ARGS="tests/core -x"

PYTHON_IN_VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test lint lint-style lint-types lint-architecture format clean setup-run setup-test

help:
	@echo "make run     open Pipeline Explorer        (ARGS=... goes to main.py)"
	@echo "make test    run the tests                 (ARGS=... goes to pytest)"
	@echo "make lint    check style, types and the architecture"
	@echo "make format  put the code into the agreed format"
	@echo "make clean   remove .venv, caches and build output"

run: setup-run
	@exec $(PYTHON_IN_VENV) main.py $(ARGS)

test: setup-test
ifdef ARGS
	QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m pytest $(ARGS)
else
	@bash scripts/test.sh $(PYTHON_IN_VENV)
endif

lint: lint-style lint-types lint-architecture

lint-style: setup-test
	$(PYTHON_IN_VENV) -m ruff check .
	$(PYTHON_IN_VENV) -m ruff format --check .

lint-types: setup-test
	$(PYTHON_IN_VENV) -m mypy core gui main.py

lint-architecture: setup-test
	$(PYTHON_IN_VENV) -c "from importlinter.cli import lint_imports_command as lint; lint()"

format: setup-test
	$(PYTHON_IN_VENV) -m ruff check --fix .
	$(PYTHON_IN_VENV) -m ruff format .

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist *.egg-info
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@bash scripts/setup.sh run

setup-test:
	@bash scripts/setup.sh test
