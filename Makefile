# Each environment is made when it is first needed: .venv for almost everything, others for other Pythons and versions.
ifeq ($(OS),Windows_NT) # untried
PYTHON ?= python
PROGRAMS := Scripts
else
PYTHON ?= python3
PROGRAMS := bin
endif
VENV := .venv
BIN := $(VENV)/$(PROGRAMS)
PIP := -m pip --quiet --disable-pip-version-check
PYTEST := -m pytest --numprocesses auto --dist worksteal
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs

PYTHONS := 3.11 3.12 3.13
THIS_PYTHON := $(shell $(PYTHON) -c 'import sys; print("{}.{}".format(*sys.version_info))')
OTHER_PYTHONS := $(filter-out $(THIS_PYTHON),$(PYTHONS))

CHECKS := check-basedpyright check-mypy check-lint check-generated
GENERATED := generate_models unasync validation_stub schema_versions openapi calls commands_page evidence_table performance_page pictures
PICTURES := pictures session_picture panel_pictures

.PHONY: demo test test-all test-quick test-slow test-lowest check $(CHECKS) generate format pictures docs bench release-check stress environments

demo: $(VENV)/.package ## the life of a box on the emulated service
	$(BIN)/python -m jiffybox_sdk demo

test: $(VENV)/.tools $(VENV)-2016/.client ## every check, and the quick tests
	+$(MAKE) --no-print-directory --jobs=3 --output-sync=target test-quick $(CHECKS)

test-all: test test-slow $(OTHER_PYTHONS:%=test-on-%) test-lowest ## everything that must pass, as .ci/run does

check: $(VENV)/.tools ## format, lint, types, generated code
	+$(MAKE) --no-print-directory --jobs=2 --output-sync=target $(CHECKS)

check-basedpyright: $(VENV)/.tools
	$(BIN)/basedpyright --pythonpath $(BIN)/python

check-mypy: $(VENV)/.tools
	$(BIN)/mypy

check-lint: $(VENV)/.tools
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-generated: $(VENV)/.tools
	set -e; for script in $(GENERATED); do $(BIN)/python -m scripts.$$script --check; done

# The plus sign lets output appear while the tests run, in spite of --output-sync.
test-quick: $(VENV)/.tools $(VENV)-2016/.client
	+$(BIN)/python $(PYTEST) tests/unit tests/faces tests/contract tests/e2e tests/browser

test-slow: $(VENV)/.tools $(VENV)-generators/.tools .npm/.tools .browser/.files ## the tests of processes, of fuzzing, of what is packaged, and of the docs, which are built for it
	$(BIN)/python $(PYTEST) tests/processes tests/fuzz tests/packaging

test-on-%: $(VENV)-%/.unit ## the unit tests on another Python
	$(VENV)-$*/$(PROGRAMS)/python $(PYTEST) tests/unit

# The tests of what depends on versions. They run a second time here anyway, so this is where coverage is measured.
# What pytest-httpx itself requires rules out the lowest versions.
LOWEST := tests/unit tests/faces tests/contract tests/e2e tests/fuzz/test_check_agreement.py --ignore tests/contract/test_pytest_httpx.py
COVERAGE := $(VENV)-lowest/$(PROGRAMS)/coverage
test-lowest: $(VENV)-lowest/.tests $(VENV)-2016/.client ## tests with the lowest versions of the dependencies, and coverage
	$(COVERAGE) erase
	$(COVERAGE) run $(PYTEST) $(LOWEST)
	$(COVERAGE) combine --quiet
	$(COVERAGE) report

generate: $(VENV)/.tools ## the models, from the schemas; the OpenAPI document and the tables of the docs, from the code
	set -e; for script in $(GENERATED); do $(BIN)/python -m scripts.$$script; done

format: $(VENV)/.tools ## formats the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Those of `scripts.pictures` follow from the code alone, so `generate` draws them, too, and `check` compares them.
pictures: $(VENV)/.tools ## all pictures of the docs
	set -e; for script in $(PICTURES); do $(BIN)/python -m scripts.$$script; done

docs: $(VENV)/.tools .browser/.files ## the docs, with a Python for the browser, in site/
	$(MKDOCS) build --quiet --strict --config-file docs/mkdocs.yml

docs-live: $(VENV)/.tools .browser/.files ## the docs on a port of this machine, which are built again when they change
	$(MKDOCS) serve --config-file docs/mkdocs.yml

# On a machine that does nothing else. It fails if a bound is missed, but the page is written in any case.
bench: $(VENV)/.tools ## all benchmarks, for the page and the picture of the docs; about six minutes
	$(BIN)/python -m benchmarks; missed=$$?; $(BIN)/python -m scripts.performance_page && $(BIN)/python -m scripts.pictures && exit $$missed

# Not part of test-all, because it downloads the dependencies for each Python.
release-check: $(VENV)/.tools $(VENV)-generators/.tools $(VENV)-release/.tools ## the archives: built twice, checked, and tried on each Python that is found
	$(BIN)/python -m scripts.release_check --tools $(VENV)-release/$(PROGRAMS)/python $(PYTHONS)

# With SEED=n, only the simulated history of that seed is replayed.
stress: $(VENV)/.tools ## the emulator's server, killed and under load; the client, in simulated histories and over sockets
ifdef SEED
	$(BIN)/python -m benchmarks.histories --seed $(SEED)
else
	$(BIN)/python -m benchmarks.kill
	$(BIN)/jiffybox sweep examples/deploy.py:deploy --depth 2 --most 1000000 --repeatable --jobs 2
	$(BIN)/python -m benchmarks.state_file
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.panel
	$(BIN)/python -m benchmarks.histories
	$(BIN)/python -m benchmarks.cancellations
	$(BIN)/python -m benchmarks.interrupts
endif

environments: $(VENV)/.tools $(VENV)-2016/.client $(VENV)-generators/.tools .npm/.tools .browser/.files $(VENV)-lowest/.tests $(OTHER_PYTHONS:%=$(VENV)-%/.unit) ## all of them

$(VENV)/.package: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) install --upgrade "pip>=25.1"
	$(BIN)/python $(PIP) install --editable ".[cli]"
	touch $@

$(VENV)/.tools: $(VENV)/.package
	$(BIN)/python $(PIP) install --editable ".[cli,run,panel]" --group dev
	touch $@

# The client that users had before: a test lets it talk to the emulator.
$(VENV)-2016/.client:
	$(PYTHON) -m venv $(VENV)-2016
	$(VENV)-2016/$(PROGRAMS)/python $(PIP) install "jiffybox==0.11.0" "click>=8,<9"
	touch $@

# Tools that read the schemas, or the package. What they need rules out versions that other tools need.
$(VENV)-generators/.tools: Makefile
	$(PYTHON) -m venv --clear $(VENV)-generators
	$(VENV)-generators/$(PROGRAMS)/python $(PIP) install openapi-python-client==0.29.1 check-jsonschema==0.39.0 pyinstaller==6.22.3 "jiter>=0.10,<1"
	touch $@

$(VENV)-release/.tools: Makefile
	$(PYTHON) -m venv --clear $(VENV)-release
	$(VENV)-release/$(PROGRAMS)/python $(PIP) install "twine>=7,<8" "readme-renderer[md]>=46,<47"
	touch $@

# Tools for Node.js. Without npm, their tests are skipped, and say so.
NPM := tests/packaging/generators
.npm/.tools: $(NPM)/package.json $(NPM)/package-lock.json
	mkdir -p .npm
	cp $^ .npm
	if command -v npm; then npm ci --prefix .npm --no-audit --no-fund && touch $@; else echo "no npm: its tests are skipped"; fi

# The Python of the page of the docs on which snippets run: Pyodide, and wheels for it.
RUNTIME := docs/runtime
WHEELS := --dest .browser/wheels --no-deps --only-binary=:all: --python-version 3.14 --platform pyemscripten_2026_0_wasm32
.browser/.files: $(RUNTIME)/package.json $(RUNTIME)/package-lock.json $(RUNTIME)/requirements.txt | $(VENV)/.package
	rm -rf .browser && mkdir .browser
	cp $(RUNTIME)/package*.json .browser
	if command -v npm; then npm ci --prefix .browser --ignore-scripts --no-audit --no-fund \
		&& $(BIN)/python $(PIP) download $(WHEELS) --requirement $(RUNTIME)/requirements.txt \
		&& touch $@; else echo "no npm: the docs have no Python to run in the browser"; fi

$(VENV)-lowest/.tests: pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)-lowest
	$(VENV)-lowest/$(PROGRAMS)/python $(PIP) install --upgrade "pip>=25.1"
	sed -nE 's/^ +"(pydantic|jiter|httpx|httpcore|certifi|anyio|tenacity|click|platformdirs|rich|h11|starlette|uvicorn|trustme|pyyaml)>=([0-9.]+)[",].*/\1==\2/p' pyproject.toml > $(VENV)-lowest/constraints.txt
	$(VENV)-lowest/$(PROGRAMS)/python $(PIP) install --constraint $(VENV)-lowest/constraints.txt --editable ".[cli,run]" --group lowest
	touch $@

$(VENV)-%/.unit: pyproject.toml scripts/find_python.py
	python=$$($(PYTHON) scripts/find_python.py $*) && "$$python" -m venv --clear $(VENV)-$*
	$(VENV)-$*/$(PROGRAMS)/python $(PIP) install --upgrade "pip>=25.1"
	$(VENV)-$*/$(PROGRAMS)/python $(PIP) install --editable ".[cli,server]" --group unit
	touch $@
