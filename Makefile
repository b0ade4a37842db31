# Everything runs in an environment of its own, which is made when it is first needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check generate format lowest clean

$(VENV)/.runs: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.tests: $(VENV)/.runs
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

demo: $(VENV)/.runs ## the life of a box on the emulated service
	$(BIN)/python -m jiffybox_sdk demo

test: check ## every check, and the tests
	$(BIN)/python -m pytest --cov

check: $(VENV)/.tests ## format, lint, types, generated code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/basedpyright --pythonpath $(BIN)/python --verifytypes jiffybox_sdk --ignoreexternal
	$(BIN)/python schemas/generate.py --check

generate: $(VENV)/.tests ## the models, from the schemas
	$(BIN)/python schemas/generate.py

format: $(VENV)/.tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
