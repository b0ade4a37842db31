# Everything runs in an environment of its own, which is made when it is first needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip --quiet --disable-pip-version-check

.PHONY: demo test test-lowest check generate picture docs stress format

demo: $(VENV)/.package ## the life of a box on the emulated service
	$(BIN)/python -m jiffybox_sdk demo

test: check $(VENV)-2016/.client ## every check, and the tests
	$(BIN)/python -m pytest --cov --numprocesses auto --dist loadfile

check: $(VENV)/.tools ## format, lint, types, generated code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/python scripts/generate_models.py --check
	$(BIN)/python scripts/openapi.py --check
	$(BIN)/python scripts/calls_table.py --check
	$(BIN)/python scripts/commands_page.py --check
	$(BIN)/python scripts/evidence_table.py --check

generate: $(VENV)/.tools ## the models, from the schemas; the OpenAPI document and the tables of the docs, from the code
	$(BIN)/python scripts/generate_models.py
	$(BIN)/python scripts/openapi.py
	$(BIN)/python scripts/calls_table.py
	$(BIN)/python scripts/commands_page.py
	$(BIN)/python scripts/evidence_table.py

picture: $(VENV)/.tools ## a new picture of a session, for the README, when what the command shows has changed
	$(BIN)/python -m scripts.session_picture

docs: $(VENV)/.tools ## the reference, from the docstrings, in site/
	$(BIN)/mkdocs build --quiet --strict --config-file docs/mkdocs.yml

stress: $(VENV)/.tools ## the emulator's server: killed 50 times, then under load, in about two minutes
	$(BIN)/python benchmarks/kill.py
	$(BIN)/python benchmarks/load.py

format: $(VENV)/.tools ## code in the form of the house
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test-lowest: $(VENV)-2016/.client ## the tests but those of schemathesis, with the lowest versions of the dependencies
	$(PYTHON) -m venv --clear $(VENV)-lowest
	$(VENV)-lowest/bin/python $(PIP) install --upgrade "pip>=25.1"
	sed -nE 's/^ +"(pydantic|httpx|anyio|tenacity|click|platformdirs|rich)>=([0-9.]+),.*/\1==\2/p' pyproject.toml > $(VENV)-lowest/constraints.txt
	$(VENV)-lowest/bin/python $(PIP) install --constraint $(VENV)-lowest/constraints.txt --editable ".[cli,server]" --group test
	$(VENV)-lowest/bin/python -m pytest --numprocesses auto --dist loadfile --ignore tests/fuzz/test_schemathesis.py

# The client that users had before: tests let it talk to the emulator.
$(VENV)-2016/.client:
	$(PYTHON) -m venv $(VENV)-2016
	$(VENV)-2016/bin/python $(PIP) install "jiffybox==0.11.0" "click>=8,<9"
	touch $@

$(VENV)/.package: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) install --upgrade "pip>=25.1"
	$(BIN)/python $(PIP) install --editable ".[cli]"
	touch $@

$(VENV)/.tools: $(VENV)/.package
	$(BIN)/python $(PIP) install --editable ".[cli,server]" --group dev
	touch $@
